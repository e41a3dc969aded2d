. "$(dirname "$0")/support.sh"

printf 'age,"town, part",flag\n1,a,yes\n' >t.csv
printf 'a;b\n1;2\n' >semicolon.csv

# What `cauce __complete WORDS...` offers, on one line, without the explanations.
offers() {
    wanted=$1
    shift
    "$program" __complete "$@" >"$out" 2>"$err"
    got=$(cut -f1 "$out" | tr '\n' ' ')
    [ "$got" = "$wanted" ] || complain "offers '$got', not '$wanted': cauce $*"
}

offers 'fit ' fi
offers 'inspect ' help insp
offers 'fit ' --seed 3 fi
offers '--target --task ' fit t.csv --ta
offers '--proba ' predict m.cauce t.csv --pro
offers '' predict m.cauce t.csv --tar
offers 'classification regression ' fit t.csv --task ''
offers 'regression ' fit t.csv --task=r
offers 'age town, part flag ' fit t.csv --target ''
offers 'flag ' fit t.csv --target=fl
offers 'flag ' fit t.csv -t f
offers 'age,flag ' predict m.cauce t.csv --keep age,f
offers 'a b ' fit semicolon.csv --target ''
offers 'age:number ' fit t.csv --kind age:n
gzip -c t.csv >packed.csv.gz
offers 'flag ' fit packed.csv.gz --target fl
mkfifo pipe.csv
offers '' fit pipe.csv --target ''
offers '' fit missing.csv --target ''
offers '' fit t.csv ''
offers 'one_hot_encoder ' describe one_h
offers 'random_forest_classifier ' cv t.csv -m random_forest_c
offers '' cv t.csv -m one_h
offers 'roc_auc_ovo_weighted ' score m t.csv --metric roc_auc_ovo_
offers 'group_k_fold ' cv t.csv --folds group_k
offers ''
"$program" __complete cv t.csv -m random_forest_c >"$out"
has "$out" "	Average of"

# Every option of every command is offered, and so is every command.
for command in $("$program" __complete '' | cut -f1 | grep -v '^help$'); do
    "$program" help "$command" >"$out" 2>"$err" || complain "no help of $command"
    grep -o -e '--[a-z-]*' "$out" | sort -u >"$work/shown"
    "$program" __complete "$command" -- | cut -f1 | sort >"$work/offered"
    while read -r option; do
        grep -qx -e "$option" "$work/shown" || complain "$option is offered and not in the help of $command"
    done <"$work/offered"
    [ "$(wc -l <"$work/offered")" -gt 4 ] || complain "few options are offered for $command"
done

# The script of bash, with words as bash cuts them.
if command -v bash >/dev/null; then
    cat >"$work/ask.sh" <<'END'
complete() { :; }
. "$1/completions/cauce.bash"
program=$2
shift 2
COMP_WORDS=("$program" "$@")
COMP_CWORD=$#
_cauce
printf '%s|' "${COMPREPLY[@]}"
END
    shell_offers() {
        wanted=$1
        shift
        got=$(bash "$work/ask.sh" "$source" "$program" "$@" 2>"$err")
        [ "$got" = "$wanted" ] || complain "bash offers '$got', not '$wanted': $*"
        [ ! -s "$err" ] || complain "bash complains: $*"
    }
    shell_offers 'fit|' fi
    shell_offers 'flag|' fit t.csv --target = fl
    shell_offers 'number|' fit t.csv --kind age : n
    shell_offers 'number|' fit t.csv --kind = age : n
    shell_offers 'town\,\ part|' fit t.csv --target town
    shell_offers 'age,flag|' predict m.cauce t.csv --keep age,f
    shell_offers '|' fit ''
fi
done_testing
