#!/usr/bin/env bash
# Has Apple check a signed disk image and puts the answer into it, so that it opens without a network: notarise.sh IMAGE
# Needs an App Store Connect key: NOTARY_KEY (the path of the .p8 file), NOTARY_KEY_ID and NOTARY_ISSUER.
set -euo pipefail
image=${1:?expected the path of a .dmg}
: "${NOTARY_KEY:?expected the path of an App Store Connect key}" "${NOTARY_KEY_ID:?expected the id of that key}"
: "${NOTARY_ISSUER:?expected the issuer of that key}"
access=(--key "$NOTARY_KEY" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER")
answer=$(xcrun notarytool submit "$image" "${access[@]}" --wait --output-format json)
echo "$answer"
status=$(plutil -extract status raw -o - - <<<"$answer")
if [ "$status" != "Accepted" ]; then
  xcrun notarytool log "$(plutil -extract id raw -o - - <<<"$answer")" "${access[@]}" >&2 # names every file at fault
  exit 1
fi
xcrun stapler staple "$image"
spctl --assess --type open --context context:primary-signature --verbose "$image"
