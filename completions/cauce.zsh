#compdef cauce
# Completion of cauce for zsh; the program itself answers (cauce __complete).
_cauce() {
    local -a lines names texts
    local line
    lines=("${(@f)$("${words[1]}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    for line in $lines; do
        [[ -n $line ]] || continue
        names+=("${line%%$'\t'*}")
        texts+=("${line/$'\t'/  -- }")
    done
    if (( $#names )); then
        compadd -l -d texts -a names
    else
        _files
    fi
}
_cauce "$@"
