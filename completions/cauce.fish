# Completion of cauce for fish; the program itself answers (cauce __complete).
function __cauce_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete $words[2..-1] 2>/dev/null
end
complete -c cauce -a '(__cauce_complete)'
