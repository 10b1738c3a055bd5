#!/bin/sh
# Runs a program of the unpacked packages: `run.sh PROGRAM ARGUMENT...`. What the system has already,
# apt does not fetch, so that it is looked for there.
root=$PWD/root/usr
libraries=$root/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
export PATH="$root/bin:$PATH" LD_LIBRARY_PATH="$libraries"
gems() { echo "$1/share/rubygems-integration/all:$1/share/rubygems-integration/3.1.0:$2/rubygems-integration/3.1.0"; }
export GEM_PATH="$(gems "$root" "$libraries"):$(gems /usr "${libraries#"$PWD/root"}")"
export RUBYLIB="$root/lib/ruby/vendor_ruby:$libraries/ruby/vendor_ruby/3.1.0:$root/lib/ruby/3.1.0:$libraries/ruby/3.1.0"
exec ruby3.1 -S "$@"
