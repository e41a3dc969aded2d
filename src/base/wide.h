/* Functions compiled several times, for wider vectors too, and chosen when the program starts. Only for loops
 * whose results do not depend on the width: integers, and sums of doubles that stay apart (contraction is
 * off). */
#ifndef CA_BASE_WIDE_H
#define CA_BASE_WIDE_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&     \
    !defined(__SANITIZE_THREAD__) && defined(__gnu_linux__)
#define CA_WIDE __attribute__((target_clones("avx2", "default")))
/* For vectors of 64 bytes too: where most of the work is arithmetic. */
#define CA_WIDEST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CA_WIDE
#define CA_WIDEST
#endif

#endif
