#!/usr/bin/env bash
# Signs cxrviewer.app from the inside out: sign.sh APP
# SIGNING_IDENTITY is a "Developer ID Application" certificate of the keychain; without it the signature is ad hoc,
# which starts on the machine that it was made on, and elsewhere only after a person allows it.
set -euo pipefail
app=${1:?expected the path of cxrviewer.app}
[ -d "$app/Contents/MacOS" ] || { echo "expected an application at $app, found none; run packaging/build.py first" >&2; exit 2; }
entitlements="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/entitlements.plist"
identity=${SIGNING_IDENTITY:--}
options=(--force --sign "$identity" --options runtime)
# Apple's notary asks for its time stamp, which an ad hoc signature cannot have.
if [ "$identity" != "-" ]; then options+=(--timestamp); fi

# Every library, wherever it lies; a signature is in the file, so that the order among these does not matter.
while IFS= read -r -d '' file; do
  if file -b "$file" | grep -q 'Mach-O'; then codesign "${options[@]}" "$file"; fi
done < <(find "$app/Contents" -type f ! -path "$app/Contents/MacOS/*" -print0)
# Frameworks are bundles and signed as such once what is in them is; -depth gives the inner ones first.
while IFS= read -r -d '' framework; do
  codesign "${options[@]}" "$framework"
done < <(find "$app/Contents" -depth -type d -name '*.framework' -print0)
# The programs, and last the bundle, whose signature covers everything above.
while IFS= read -r -d '' program; do
  codesign "${options[@]}" --entitlements "$entitlements" "$program"
done < <(find "$app/Contents/MacOS" -type f -print0)
codesign "${options[@]}" --entitlements "$entitlements" "$app"
codesign --verify --deep --strict --verbose=2 "$app"
