/* Files that appear whole or not at all. */
#define _XOPEN_SOURCE 700
#include "place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of a path: "a/b" -> "a", "/b" -> "/", "b" -> ".". Owned. */
static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return cli_copy(".");
    char *folder = cli_copy(path);
    folder[slash == path ? 1 : slash - path] = 0;
    return folder;
}

static bool ends_in(const char *path, const char *end) {
    size_t length = strlen(path), n = strlen(end);
    return length > n && strcmp(path + length - n, end) == 0;
}

/* Would writing to `path` destroy a file that is read? */
static const char *input_there(const cli_program *program, const struct stat *there) {
    const cli_list *files = &program->args.files;
    struct stat input;
    for (int64_t i = 0; i < files->count; i++)
        if (stat(files->items[i], &input) == 0 && S_ISREG(input.st_mode) && input.st_dev == there->st_dev &&
            input.st_ino == there->st_ino)
            return files->items[i];
    return NULL;
}

int cli_place_check(cli_program *program, const char *path) {
    struct stat there;
    if (strcmp(path, "-") == 0) return 0;
    if (ends_in(path, ".gz") || ends_in(path, ".zst"))
        return cli_misuse(program, "'%s': what is written is not packed; write to - and pipe it through %s",
                          path, ends_in(path, ".gz") ? "gzip" : "zstd");
    const char *input = stat(path, &there) == 0 ? input_there(program, &there) : NULL;
    if (input) return cli_misuse(program, "'%s' is read: writing there would destroy it", input);
    int why = 0;
    if (!*path)
        why = ENOENT;
    else if (stat(path, &there) == 0) {
        if (S_ISDIR(there.st_mode))
            why = EISDIR;
        else if (access(path, W_OK) != 0)
            why = errno;
    }
    char *folder = folder_of(path);
    if (!why && access(folder, W_OK | X_OK) != 0 && access(path, F_OK) != 0) why = errno;
    free(folder);
    return why ? cli_error(program, CAUCE_E_IO, "%s: cannot be written: %s", path, strerror(why)) : 0;
}

void cli_place_begin(cli_place *place, const char *path) {
    struct stat there;
    bool exists = stat(path, &there) == 0;
    char *real = exists ? realpath(path, NULL) : NULL; /* a link keeps its place; its file is replaced */
    *place = (cli_place){ cli_copy(real ? real : path), NULL, -1 };
    free(real);
    if (exists && !S_ISREG(there.st_mode)) {
        place->waiting = place->path;
        return;
    }
    if (exists) place->mode = (int)(there.st_mode & 0777);
    cli_text waiting = { 0 };
    cli_text_addf(&waiting, "%s.%ld.part", place->path, (long)getpid());
    place->waiting = waiting.data;
}

bool cli_place_commit(cli_place *place) {
    if (place->waiting == place->path) return true;
    if (place->mode >= 0 && chmod(place->waiting, (mode_t)place->mode) != 0) return false;
    if (rename(place->waiting, place->path) != 0) return false;
    free(place->waiting);
    place->waiting = place->path;
    return true;
}

void cli_place_end(cli_place *place) {
    if (place->waiting && place->waiting != place->path) {
        unlink(place->waiting);
        free(place->waiting);
    }
    free(place->path);
    *place = (cli_place){ NULL, NULL, -1 };
}

int cli_place_text(cli_program *program, const char *path, const char *text) {
    if (strcmp(path, "-") == 0) {
        fputs(text, stdout); /* its failure shows when standard output is closed */
        return 0;
    }
    cli_place place;
    cli_place_begin(&place, path);
    errno = 0;
    FILE *file = fopen(place.waiting, "wb");
    bool good = file && fputs(text, file) >= 0 && fflush(file) == 0;
    if (good && place.waiting != place.path) good = fsync(fileno(file)) == 0;
    if (file) good = fclose(file) == 0 && good;
    good = good && cli_place_commit(&place);
    int why = errno;
    cli_place_end(&place);
    return good ? 0 : cli_error(program, CAUCE_E_IO, "%s: %s", path, strerror(why));
}
