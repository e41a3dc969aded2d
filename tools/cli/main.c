/* The program `cauce`: finds the command, reads its options, sets threads, progress and Ctrl-C up, runs it.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complete.h"
#include "place.h"

/* A signal handler reaches nothing but globals: the one context of the process, and what was caught. */
static cauce_context *cancel_context;
static volatile sig_atomic_t caught;

/* The first signal asks the library to stop, which removes what is half written; a second one ends at once.
 */
static void on_signal(int number) {
    if (caught) _exit(128 + number);
    caught = number;
    cauce_context_cancel(cancel_context);
}

static void catch_signals(void) {
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal; /* without SA_RESTART: a read from a silent pipe ends too */
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction before;
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN) continue; /* nohup */
        sigaction(numbers[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_DFL); /* `cauce ... | head` ends quietly, whatever the parent had set */
    signal(SIGXFSZ, SIG_IGN); /* a file that may not get longer is a failure that is told */
}

/* Index of the command in argv; options before it are allowed, -1: there is none. */
static int command_index(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-') return i;
        const cli_opt *opt = strncmp(argv[i], "--", 2) == 0 ? cli_opt_find(argv[i] + 2) : NULL;
        if (opt && opt->type != CLI_FLAG) i++;
    }
    return -1;
}

static int without_command(cli_program *program, int argc, char **argv) {
    cli_text error = { 0 };
    int code = 0;
    if (!cli_opt_parse(argc - 1, argv + 1, CLI_COMMON, 0, &program->args, &error))
        code = cli_misuse(program, "%s", error.data);
    else if (program->args.version)
        printf("cauce %s\n", CAUCE_VERSION);
    else {
        cli_help(&program->out);
        code = program->args.help || argc == 1 ? 0 : 2;
    }
    cli_text_free(&error);
    return code;
}

static int unknown_command(cli_program *program, const char *name) {
    const char *near = cli_command_nearest(name);
    if (near) return cli_misuse(program, "'%s' is not a command; did you mean '%s'?", name, near);
    return cli_misuse(program, "'%s' is not a command", name);
}

/* `cauce help`, `cauce help fit` */
static int help_command(cli_program *program, int argc, char **argv, int at) {
    if (at + 1 >= argc) {
        cli_help(&program->out);
        return 0;
    }
    const cli_command *command = cli_command_find(argv[at + 1]);
    if (!command) return unknown_command(program, argv[at + 1]);
    cli_command_help(command, &program->out);
    return 0;
}

static int check_files(cli_program *program) {
    const cli_command *command = program->command;
    const cli_list *files = &program->args.files;
    if (files->count < command->least_files) return cli_misuse(program, "needs %s", command->files);
    if (files->count > command->most_files)
        return cli_misuse(program, "'%s' is one file too many; it takes %s",
                          files->items[command->most_files], command->files);
    if (program->args.output.count > command->outputs && command->outputs)
        return cli_misuse(program, "--output is given too often");
    int code = 0; /* told now, not after an hour of training */
    for (int64_t i = 0; i < program->args.output.count && code == 0; i++)
        code = cli_place_check(program, program->args.output.items[i]);
    if (code == 0 && program->args.table) code = cli_place_check(program, program->args.table);
    return code;
}

static int run_command(cli_program *program) {
    program->context = cauce_context_new();
    if (!program->context) return cli_error(program, CAUCE_E_NOMEM, "out of memory");
    cauce_context_set_threads(program->context, (int)program->args.threads.value);
    cauce_context_on_warning(program->context, cli_warn, program);
    program->progress.on = !program->args.quiet && cli_progress_wanted();
    if (program->progress.on)
        cauce_context_on_progress(program->context, cli_progress_show, &program->progress);
    cauce_context_use(program->context);
    cancel_context = program->context;
    catch_signals();
    int code = 0;
    if (program->args.spill && cauce_set_spill(program->args.spill, 0)) code = cli_failed(program);
    if (code == 0) code = program->command->run(program);
    cli_progress_clear(&program->progress);
    cauce_context_use(NULL);
    return code;
}

/* Everything after the command's name, and what stood before it. */
static int with_command(cli_program *program, int argc, char **argv, int at) {
    char **rest = cli_alloc((size_t)argc * sizeof *rest), *names = cli_command_options(program->command);
    int count = 0, code = 0;
    for (int i = 1; i < argc; i++)
        if (i != at) rest[count++] = argv[i];
    for (int i = 0; i < count; i++) /* so that a failure to read the options is told as asked */
        if (strcmp(rest[i], "--json") == 0) program->args.json = true;
    cli_text error = { 0 };
    if (!cli_opt_parse(count, rest, names, program->command->outputs, &program->args, &error))
        code = cli_misuse(program, "%s", error.data);
    else if (program->args.help)
        cli_command_help(program->command, &program->out);
    else if (program->args.version)
        printf("cauce %s\n", CAUCE_VERSION);
    else {
        code = check_files(program);
        if (code == 0) code = run_command(program);
    }
    cli_text_free(&error);
    free(names);
    free(rest);
    return code;
}

/* A result that did not reach its file is a failure, however late it shows. */
static int close_output(cli_program *program, int code) {
    int failed = ferror(stdout);
    errno = 0;
    if (failed) { /* long ago, for a reason that is asked for again: another byte has the same one */
        clearerr(stdout);
        fputc('\n', stdout);
        fflush(stdout);
    }
    int why = errno;
    if (fclose(stdout) != 0 || failed) {
        if (why == 0) why = errno ? errno : EIO;
        if (code == 0) code = cli_error(program, CAUCE_E_IO, "standard output: %s", strerror(why));
    }
    return code;
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "__complete") == 0) return cli_complete(argc - 2, argv + 2);
    cli_program program = { 0 };
    program.out = cli_term_of(stdout);
    program.err = cli_term_of(stderr);
    int at = command_index(argc, argv), code;
    if (at < 0)
        code = without_command(&program, argc, argv);
    else if (strcmp(argv[at], "help") == 0)
        code = help_command(&program, argc, argv, at);
    else {
        program.command = cli_command_find(argv[at]);
        code = program.command ? with_command(&program, argc, argv, at) : unknown_command(&program, argv[at]);
    }
    if (code && caught) code = 128 + caught;
    code = close_output(&program, code);
    cauce_context_free(program.context);
    cli_args_free(&program.args);
    cli_list_free(&program.told);
    return code;
}
