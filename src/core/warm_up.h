/* A scorer warms up with a row that is nobody's: the first row of somebody would wait for pages, tables and
 * code that the ones after it find at hand. It comes as row number CA_WARM_UP_ROW, so that a component may
 * ask for more of what it reads most than one row would touch. */
#ifndef CA_CORE_WARM_UP_H
#define CA_CORE_WARM_UP_H

enum { CA_WARM_UP_ROW = -1 };

#endif
