#!/bin/sh
# Installs the build into an empty root, moves the root, and uses it as somebody would who knows nothing of the tree.
#
#   test.sh CMAKE BUILD SOURCE COMPILER
set -eu
cmake=$1 build=$2 source=$3 compiler=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    printf 'FAILED: %s\n' "$1" >&2
    exit 1
}

"$cmake" --install "$build" --prefix "$work/first" >"$work/install.log"
mv "$work/first" "$work/root" # nothing in it may know where it was put
lib=$(dirname "$(find "$work/root" -name libcauce.so)")
for file in bin/cauce include/cauce/cauce.h include/cauce/version.h include/cauce/sys/component.h \
    share/bash-completion/completions/cauce share/zsh/vendor-completions/_cauce share/fish/vendor_completions.d/cauce.fish; do
    [ -s "$work/root/$file" ] || fail "$file is not installed"
done
for file in libcauce.so.0 libcauce.a pkgconfig/cauce.pc cmake/cauce/cauceConfig.cmake; do
    [ -s "$lib/$file" ] || fail "$file is not installed beside libcauce.so"
done
if grep -rl -e "$source/src" -e "$source/include" -e "$build" "$work/root/include" "$lib/cmake" "$lib/pkgconfig"; then fail "these files know the source tree"; fi
"$work/root/bin/cauce" --version | grep -q '^cauce [0-9]' || fail "the installed program does not run"
if command -v scdoc >/dev/null; then
    for command in $("$work/root/bin/cauce" __complete '' | cut -f1 | grep -v '^help$'); do
        zgrep -q '^.SH EXIT STATUS' "$work/root/share/man/man1/cauce-$command.1.gz" || fail "no manual page of cauce $command"
    done
    zgrep -q '^.SH EXIT STATUS' "$work/root/share/man/man1/cauce.1.gz" || fail "no manual page cauce(1)"
    zgrep -q '^.SH RETURN VALUE' "$work/root/share/man/man3/cauce.3.gz" || fail "no manual page cauce(3)"
fi

cp "$source/data/iris.csv" "$work/iris.csv"
cp -r "$source/tests/install" "$work/consumer"
"$cmake" -G Ninja -S "$work/consumer" -B "$work/consumer/build" -DCMAKE_PREFIX_PATH="$work/root" -DCMAKE_C_COMPILER="$compiler" \
    >"$work/configure.log" 2>&1 || { cat "$work/configure.log"; fail "find_package(cauce)"; }
"$cmake" --build "$work/consumer/build" >"$work/build.log" 2>&1 || { cat "$work/build.log"; fail "the consumer does not build"; }
"$work/consumer/build/with_shared" "$work/iris.csv" "$work/shared.cauce"
"$work/consumer/build/with_static" "$work/iris.csv" "$work/static.cauce"
"$work/consumer/build/with_cpp"
cmp "$work/shared.cauce" "$work/static.cauce" || fail "the shared and the static library make different models"
"$work/root/bin/cauce" verify "$work/shared.cauce" >/dev/null || fail "the program does not take the consumer's model"

export PKG_CONFIG_PATH="$lib/pkgconfig"
# shellcheck disable=SC2046
"$compiler" -o "$work/by_pc" "$work/consumer/consumer.c" $(pkg-config --cflags --libs cauce) -lm
LD_LIBRARY_PATH="$lib" "$work/by_pc" "$work/iris.csv" "$work/pc.cauce" >/dev/null
ldd "$work/by_pc" | grep -q libcauce.so.0 || fail "pkg-config does not lead to the shared library"
