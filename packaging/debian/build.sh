#!/usr/bin/env bash
# Builds coresync_VERSION_ARCH.deb with dpkg-deb alone.
#   packaging/debian/build.sh [--from PUBLISHED-DIRECTORY] [--out DIRECTORY] [--fast]
# Without --from the programs are published first (packaging/publish.sh); --fast does not compress, for tests. The same sources give the same package: times are those of SOURCE_DATE_EPOCH or of the last commit.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
from='' out=$root/artifacts compression=xz
while (($#)); do
    case $1 in
        --from) from=$(cd "$2" && pwd); shift 2 ;;
        --fast) compression=none; shift ;;
        --out) mkdir -p "$2"; out=$(cd "$2" && pwd); shift 2 ;;
        *) echo "usage: packaging/debian/build.sh [--from PUBLISHED-DIRECTORY] [--out DIRECTORY] [--fast]" >&2; exit 2 ;;
    esac
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ -z $from ]]; then
    from=$work/published
    "$root/packaging/publish.sh" "$from" linux-x64
fi

version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' "$root/Directory.Build.props")
arch=$(dpkg --print-architecture)
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}
tree=$work/tree
install -d "$tree/DEBIAN" "$tree/usr/lib/coresync" "$tree/usr/bin" "$tree/etc/coresync" "$tree/usr/lib/systemd/system" "$tree/usr/share/man/man1" "$tree/usr/share/man/fr/man1" \
    "$tree/usr/share/doc/coresync" "$tree/usr/share/bash-completion/completions" "$tree/usr/share/zsh/vendor-completions" "$tree/usr/share/fish/vendor_completions.d"

cp -R "$from/." "$tree/usr/lib/coresync/"
find "$tree/usr/lib/coresync" -type d -exec chmod 0755 {} +
find "$tree/usr/lib/coresync" -type f -exec chmod 0644 {} +
chmod 0755 "$tree/usr/lib/coresync/coresync" "$tree/usr/lib/coresync/CoreSyncService"
[[ ! -e $tree/usr/lib/coresync/createdump ]] || chmod 0755 "$tree/usr/lib/coresync/createdump"
install -m 0755 "$here/coresync" "$tree/usr/bin/coresync"
install -m 0644 "$here/coresync.env" "$tree/etc/coresync/coresync.env"
install -m 0644 "$here/coresync.service" "$tree/usr/lib/systemd/system/coresync.service"

# What the command line knows of itself becomes manual and completion, so that they never lag behind it.
run=$tree/usr/lib/coresync/coresync
"$run" --lang en manual | gzip -9n >"$tree/usr/share/man/man1/coresync.1.gz"
"$run" --lang fr manual | gzip -9n >"$tree/usr/share/man/fr/man1/coresync.1.gz"
"$run" completion bash >"$tree/usr/share/bash-completion/completions/coresync"
"$run" completion zsh >"$tree/usr/share/zsh/vendor-completions/_coresync"
"$run" completion fish >"$tree/usr/share/fish/vendor_completions.d/coresync.fish"

install -m 0644 "$here/copyright" "$tree/usr/share/doc/coresync/copyright"
install -m 0644 "$root/NOTICE" "$tree/usr/share/doc/coresync/NOTICE"
printf 'coresync (%s) stable; urgency=medium\n\n  * See /usr/share/doc/coresync/CHANGELOG.md.gz.\n\n -- The CoreSync authors <coresync@example.net>  %s\n' \
    "$version" "$(date -u -R -d "@$epoch")" | gzip -9n >"$tree/usr/share/doc/coresync/changelog.gz"
gzip -9n <"$root/CHANGELOG.md" >"$tree/usr/share/doc/coresync/CHANGELOG.md.gz"

size=$(du -sk "$tree" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$size/" "$here/control" >"$tree/DEBIAN/control"
echo /etc/coresync/coresync.env >"$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do
    install -m 0755 "$here/$script" "$tree/DEBIAN/$script"
done

chmod -R go-w "$tree"
find "$tree" -exec touch -h -d "@$epoch" {} +
mkdir -p "$out"
package=$out/coresync_${version}_$arch.deb
SOURCE_DATE_EPOCH=$epoch dpkg-deb --root-owner-group "-Z$compression" --build "$tree" "$package" >/dev/null
echo "$package"
