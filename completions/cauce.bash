# Completion of cauce for bash: commands, options, components, metrics, and the columns of the CSV file on the line.
# The program itself answers (cauce __complete), from the tables that its parsing uses.
_cauce() {
    local words=() cut='' word candidate i IFS=$'\n'
    # bash cuts words at = and : ("--kind age : num"); the program wants them whole, the shell only what is behind the cut.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ ($word == [=:] || ${COMP_WORDS[i - 1]} == [=:]) && ${#words[@]} -gt 0 ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
    done
    word=${words[-1]}
    [[ $word == --*=* ]] && word=${word#*=}
    [[ $word == *:* ]] && cut=${word%"${word##*:}"}
    # What is quoted or escaped on the line stands for the plain text.
    for i in "${!words[@]}"; do
        words[i]=${words[i]//\\ / }
        words[i]=${words[i]#[\"\']}
        words[i]=${words[i]%[\"\']}
    done
    COMPREPLY=()
    for candidate in $("${COMP_WORDS[0]}" __complete "${words[@]}" 2>/dev/null); do
        candidate=${candidate%%$'\t'*}
        candidate=${candidate#"$cut"}
        [[ $candidate == *[[:space:]\&\;\|\<\>\(\)\'\"\$\`\*\?]* ]] && printf -v candidate %q "$candidate"
        COMPREPLY+=("$candidate")
    done
    # A list of columns may go on.
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMP_WORDS[COMP_CWORD - 1]} == --@(keep|drop|kind) ]] &&
        compopt -o nospace 2>/dev/null
    return 0
}
complete -o default -F _cauce cauce
