/* Where a long CSV text can be cut into parts that are read at the same time. */
#ifndef CA_DATA_CSV_CUT_H
#define CA_DATA_CSV_CUT_H

#include "base/run.h"

/* Of some bytes: the line feeds after an even number of quotes, those after an odd number, and whether the
 * number of quotes is odd. */
typedef struct ca_csv_counts {
    int64_t even, odd;
    bool flips;
} ca_csv_counts;
/* Counts on, in the bytes behind those that were counted. */
void ca_csv_count(ca_csv_counts *counts, const char *text, size_t size);

/* A part of the text that looks like whole rows. What is in it has been counted, not read: the places are
 * guesses until the part, and all before it, have been read to their very ends. */
typedef struct ca_csv_part {
    const char *start;
    int64_t row;  /* rows before it */
    int64_t line; /* line feeds before it */
} ca_csv_part;

/* Cuts text[0 .. size-1], which begins with a record, into parts of about part_size bytes each, on the
 * threads of the run. parts (at least size / part_size + 2 of them) gets a last entry of where the text ends;
 * *n_parts does not count that one. The cuts do not depend on the number of threads.
 *
 * Whether a byte is inside of quotes is told by the number of quotes before it, which is wrong after a quote
 * that is data of a bare cell: the reader of the parts finds out. No part begins after a blank line, so that
 * blank lines and what follows them are read together. */
cauce_status ca_csv_cut(cauce_run *run, const char *text, size_t size, size_t part_size, ca_csv_part *parts,
                        int64_t *n_parts);

#endif
