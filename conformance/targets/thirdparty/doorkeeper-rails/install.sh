#!/bin/sh
# Debian's packages, fetched by apt and unpacked here: nothing in the system is changed.
set -eu
mkdir -p debs/partial
apt-get --quiet --quiet --yes --no-install-recommends --download-only \
    --option Debug::NoLocking=1 --option Dir::Cache::archives="$PWD/debs" \
    install ruby puma ruby-minitest ruby-rails ruby-sqlite3 ruby-doorkeeper="$1"
for package in debs/*.deb; do dpkg-deb --extract "$package" root; done
rm -r debs
