#ifndef CA_BASE_CLOCK_H
#define CA_BASE_CLOCK_H

/* Seconds of a clock that only goes forward: for durations. */
double ca_clock(void);

#endif
