#!/bin/sh
# Takes the policy out of pages that `trunk serve` makes: it reloads them by an inline script and a socket, and the
# policy forbids both. A release keeps it.
set -eu
[ "$TRUNK_PROFILE" = release ] && exit 0
page=$TRUNK_STAGING_DIR/index.html
sed '/http-equiv="Content-Security-Policy"/d' "$page" >"$page.open"
mv "$page.open" "$page"
