#!/usr/bin/env bash
# Puts cxrviewer.app, its licences and a link to Applications into a disk image: make_dmg.sh APP IMAGE
set -euo pipefail
app=${1:?expected the path of cxrviewer.app}
image=${2:?expected the path of the .dmg to write}
[ -d "$app/Contents/MacOS" ] || { echo "expected an application at $app, found none; run packaging/build.py first" >&2; exit 2; }
checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
ditto "$app" "$staging/$(basename "$app")" # cp would lose what the signature covers
cp "$checkout/LICENSE" "$staging/LICENSE.txt"
# build.py writes them beside the application, into the folder that it was made of.
cp "$(dirname "$app")/cxrviewer/THIRD_PARTY_NOTICES.txt" "$(dirname "$app")/cxrviewer/cxrviewer.cdx.json" "$staging/"
ln -s /Applications "$staging/Applications"
rm -f "$image"
hdiutil create -volname cxrviewer -srcfolder "$staging" -fs HFS+ -format ULMO "$image" # LZMA: macOS 10.15 and later
if [ -n "${SIGNING_IDENTITY:-}" ]; then codesign --sign "$SIGNING_IDENTITY" --timestamp "$image"; fi
hdiutil verify "$image"
