/* Tables, emphasis and progress on a terminal. */
#define _POSIX_C_SOURCE 200809L
#include "term.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static bool is_set(const char *variable) {
    const char *value = getenv(variable);
    return value && *value;
}

static bool is_dumb(void) {
    const char *term = getenv("TERM");
    return !term || strcmp(term, "dumb") == 0;
}

static int width_of(int file) {
    struct winsize size;
    long width = 0;
    if (ioctl(file, TIOCGWINSZ, &size) == 0) width = size.ws_col;
    if (width <= 0 && is_set("COLUMNS")) width = strtol(getenv("COLUMNS"), NULL, 10);
    if (width <= 0) width = 80;
    return width < 20 ? 20 : width > 500 ? 500 : (int)width;
}

cli_term cli_term_of(FILE *file) {
    cli_term term = { file, false, 0 };
    if (!isatty(fileno(file))) return term;
    term.width = width_of(fileno(file));
    term.colour = !is_dumb() && !is_set("NO_COLOR");
    return term;
}

const char *cli_style_on(const cli_term *term, cli_style style) {
    static const char *const on[] = { "", "\033[1m", "\033[2m", "\033[32m", "\033[31m" };
    return term->colour ? on[style] : "";
}

const char *cli_style_off(const cli_term *term, cli_style style) {
    return term->colour && style != CLI_PLAIN ? "\033[0m" : "";
}

void cli_grid_begin(cli_grid *grid, const char *align) {
    *grid = (cli_grid){ .columns = (int)strlen(align), .align = align, .strong = -1 };
}

static void add_cell(cli_grid *grid, char *text) {
    int64_t n = grid->count;
    if ((n & (n - 1)) == 0)
        grid->cells = cli_realloc(grid->cells, (size_t)(n ? 2 * n : 1) * sizeof *grid->cells);
    grid->cells[n] = text;
    grid->count = n + 1;
}

void cli_grid_cell(cli_grid *grid, const char *text) {
    cli_text shown = { 0 };
    cli_text_add_shown(&shown, text);
    add_cell(grid, cli_copy(cli_text_get(&shown)));
    cli_text_free(&shown);
}

void cli_grid_cellf(cli_grid *grid, const char *format, ...) {
    char text[256];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    cli_grid_cell(grid, text);
}

void cli_grid_bar(cli_grid *grid, double share) {
    enum { LENGTH = 20 };
    cli_text bar = { 0 };
    for (int i = 0; i < (int)(share * LENGTH + 0.5); i++) cli_text_add(&bar, "\xE2\x96\x88");
    cli_grid_cell(grid, cli_text_get(&bar));
    cli_text_free(&bar);
}

static void measure_from(const cli_grid *grid, int64_t first, int *widths) {
    for (int j = 0; j < grid->columns; j++) widths[j] = 0;
    for (int64_t i = first; i < grid->count; i++) {
        int width = cli_width(grid->cells[i]);
        int *most = &widths[i % grid->columns];
        if (width > *most) *most = width;
    }
}

static void measure(const cli_grid *grid, int *widths) {
    measure_from(grid, 0, widths);
}

/* What columns may be cut to: those of texts to 8, those of numbers to the longest number and 4 of the head.
 */
static void measure_least(const cli_grid *grid, int *widths) {
    enum { TEXT = 8, HEAD = 4 };
    measure_from(grid, grid->columns, widths);
    for (int j = 0; j < grid->columns; j++) {
        const int head = j < grid->count ? cli_width(grid->cells[j]) : 0,
                  whole = head > widths[j] ? head : widths[j];
        const bool numbers = grid->align[j] == 'R';
        if (!numbers && grid->align[j] != 'L')
            widths[j] = whole;
        else if (!numbers)
            widths[j] = whole < TEXT ? whole : TEXT;
        else if (widths[j] < HEAD)
            widths[j] = head < HEAD ? whole : HEAD;
    }
}

static int sum(const cli_grid *grid, const int *widths) {
    int total = 2 * (grid->columns - 1);
    for (int j = 0; j < grid->columns; j++) total += widths[j];
    return total;
}

int cli_grid_width(const cli_grid *grid) {
    int *widths = cli_alloc((size_t)grid->columns * sizeof *widths);
    measure(grid, widths);
    int total = sum(grid, widths);
    free(widths);
    return total;
}

int cli_grid_least(const cli_grid *grid) {
    int *widths = cli_alloc((size_t)grid->columns * sizeof *widths);
    measure_least(grid, widths);
    int total = sum(grid, widths);
    free(widths);
    return total;
}

/* Takes from the widest of the columns that may be cut until the table fits. */
static void shrink(const cli_grid *grid, int *widths, int room) {
    int *least = cli_alloc((size_t)grid->columns * sizeof *least);
    measure_least(grid, least);
    for (int over = sum(grid, widths) - room; over > 0; over--) {
        int widest = -1;
        for (int j = 0; j < grid->columns; j++)
            if (widths[j] > least[j] && (widest < 0 || widths[j] > widths[widest])) widest = j;
        if (widest < 0) break;
        widths[widest]--;
    }
    free(least);
}

/* `text` cut to `width` columns, the last one an ellipsis. */
static void add_cut(cli_text *out, const char *text, int width) {
    if (cli_width(text) <= width) {
        cli_text_add(out, text);
        return;
    }
    size_t end = 0;
    cli_text part = { 0 };
    for (;;) {
        size_t next = end + 1;
        while (((unsigned char)text[next] & 0xC0) == 0x80) next++;
        cli_text_add_n(&part, text + end, next - end);
        if (cli_width(part.data) > width - 1) break;
        end = next;
    }
    cli_text_add_n(out, text, end);
    cli_text_add(out, "\xE2\x80\xA6");
    cli_text_free(&part);
}

/* A name may have megabytes where it is not cut: the other rows are not padded to it. */
static void add_padded(cli_text *out, const cli_grid *grid, int64_t cell, const int *widths) {
    enum { MOST = 500 };
    int j = (int)(cell % grid->columns);
    cli_text text = { 0 };
    add_cut(&text, grid->cells[cell], widths[j]);
    int blanks = (widths[j] < MOST ? widths[j] : MOST) - cli_width(cli_text_get(&text));
    if (blanks < 0) blanks = 0;
    bool right = grid->align[j] == 'r' || grid->align[j] == 'R';
    cli_text_addf(out, "%*s%s%*s", right ? blanks : 0, "", cli_text_get(&text), right ? 0 : blanks, "");
    cli_text_free(&text);
}

void cli_grid_print(const cli_grid *grid, const cli_term *term, int indent) {
    int *widths = cli_alloc((size_t)grid->columns * sizeof *widths);
    measure(grid, widths);
    if (term->width) shrink(grid, widths, term->width - indent);
    for (int64_t row = 0; row < grid->count / grid->columns; row++) {
        cli_style style = row == 0 ? CLI_FAINT : row == grid->strong ? CLI_STRONG : CLI_PLAIN;
        cli_text line = { 0 };
        for (int j = 0; j < grid->columns; j++) {
            if (j) cli_text_add(&line, "  ");
            add_padded(&line, grid, row * grid->columns + j, widths);
        }
        while (line.length && line.data[line.length - 1] == ' ') line.data[--line.length] = 0;
        fprintf(term->file, "%*s%s%s%s\n", indent, "", cli_style_on(term, style), cli_text_get(&line),
                cli_style_off(term, style));
        cli_text_free(&line);
    }
    free(widths);
}

void cli_grid_free(cli_grid *grid) {
    for (int64_t i = 0; i < grid->count; i++) free(grid->cells[i]);
    free(grid->cells);
    memset(grid, 0, sizeof *grid);
}

void cli_field(const cli_term *term, const char *label, const char *format, ...) {
    enum { LEFT = 10 };
    cli_text text = { 0 }, shown = { 0 };
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    char *buffer = cli_alloc((size_t)(length < 0 ? 0 : length) + 1);
    vsnprintf(buffer, (size_t)(length < 0 ? 0 : length) + 1, format, again);
    va_end(again);
    va_end(list);
    int width = term->width ? term->width : 100000, at = LEFT;
    cli_text_add_shown(&shown, buffer);
    for (const char *p = cli_text_get(&shown); *p;) {
        size_t n = strcspn(p, " ");
        char *word = cli_alloc(n + 1);
        memcpy(word, p, n);
        int columns = cli_width(word);
        if (at > LEFT && at + 1 + columns > width) {
            cli_text_addf(&text, "\n%*s", LEFT, "");
            at = LEFT;
        } else if (at > LEFT) {
            cli_text_add(&text, " ");
            at++;
        }
        cli_text_add(&text, word);
        at += columns;
        free(word);
        p += n;
        p += strspn(p, " ");
    }
    fprintf(term->file, "%s%-*s%s%s\n", cli_style_on(term, CLI_FAINT), LEFT, label,
            cli_style_off(term, CLI_FAINT), cli_text_get(&text));
    free(buffer);
    cli_text_free(&text);
    cli_text_free(&shown);
}

bool cli_progress_wanted(void) {
    return isatty(STDERR_FILENO) && !is_dumb() && !is_set("CI");
}

double cli_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void cli_progress_clear(cli_progress *progress) {
    if (!progress->shown) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->shown = false;
}

void cli_progress_restart(cli_progress *progress) {
    cli_progress_clear(progress);
    *progress = (cli_progress){ .on = progress->on };
}

static int outerness(const char *what) {
    return strcmp(what, "search") == 0 ? 2 : strcmp(what, "cross-validate") == 0 ? 1 : 0;
}

/* Takes a report in; workers report in any order, so the count is the highest seen. */
static void take_report(cli_progress *progress, const char *what, int64_t done, int64_t total) {
    bool same = strncmp(progress->what, what, sizeof progress->what - 1) == 0;
    if (*progress->what && outerness(what) < outerness(progress->what)) return;
    if (!same) {
        snprintf(progress->what, sizeof progress->what, "%s", what);
        progress->done = 0;
    }
    progress->total = total;
    if (done > progress->done) progress->done = done;
}

static void draw(cli_progress *progress, double now) {
    enum { BAR = 24 };
    cli_text line = { 0 }, cut = { 0 };
    char time[32];
    cli_duration(now - progress->started, time);
    if (progress->total > 0) {
        int full = (int)((double)BAR * (double)progress->done / (double)progress->total);
        for (int i = 0; i < BAR; i++) cli_text_add(&line, i < full ? "\xE2\x94\x81" : " ");
        cli_text_addf(&line, " %lld/%lld ", (long long)progress->done, (long long)progress->total);
    } else if (progress->done > 0)
        cli_text_addf(&line, "%lld ", (long long)progress->done);
    cli_text_add_shown(&line, progress->what);
    cli_text_addf(&line, ", %s", time);
    add_cut(&cut, line.data, width_of(STDERR_FILENO) - 1);
    fprintf(stderr, "\r\033[K%s", cut.data);
    fflush(stderr);
    cli_text_free(&cut);
    cli_text_free(&line);
}

/* At most ten times a second, and not before a quarter of one: short calls stay silent. */
void cli_progress_show(const char *what, int64_t done, int64_t total, void *payload) {
    cli_progress *progress = payload;
    if (!progress->on) return;
    double now = cli_seconds();
    if (progress->started <= 0) progress->started = now;
    take_report(progress, what, done, total);
    if (now - progress->started < 0.25 || now - progress->drawn < 0.1) return;
    progress->drawn = now;
    progress->shown = true;
    draw(progress, now);
}

void cli_duration(double seconds, char out[32]) {
    if (seconds < 0.0995)
        snprintf(out, 32, "%.0f ms", seconds * 1000);
    else if (seconds < 9.95)
        snprintf(out, 32, "%.1f s", seconds);
    else if (seconds < 59.5)
        snprintf(out, 32, "%.0f s", seconds);
    else
        snprintf(out, 32, "%.0f min %.0f s", floor(round(seconds) / 60), fmod(round(seconds), 60));
}

void cli_count(int64_t n, char out[32]) {
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)(n < 0 ? -n : n));
    char *p = out;
    if (n < 0) *p++ = '-';
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0 && length > 4) *p++ = ',';
        *p++ = digits[i];
    }
    *p = 0;
}

void cli_rows(int64_t n, char out[40]) {
    char count[32];
    cli_count(n, count);
    snprintf(out, 40, "%s row%s", count, n == 1 ? "" : "s");
}

void cli_score(double value, double like, char out[32]) {
    double size = fabs(like);
    if (!isfinite(value))
        snprintf(out, 32, "%s", isnan(value) ? "-" : value > 0 ? "inf" : "-inf");
    else if (size >= 1e9 || fabs(value) >= 1e12)
        snprintf(out, 32, "%.4g", value);
    else
        snprintf(out, 32, "%.*f", size < 10 ? 4 : size < 1000 ? 2 : 1, value);
}
