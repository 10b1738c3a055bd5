#!/bin/sh
# Runs a program of the unpacked packages: `run.sh PROGRAM ARGUMENT...`
root=$PWD/root/usr
libraries=$root/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
export PATH="$root/bin:$PATH" LD_LIBRARY_PATH="$libraries"
export GEM_PATH="$root/share/rubygems-integration/all:$root/share/rubygems-integration/3.1.0:$libraries/rubygems-integration/3.1.0"
export RUBYLIB="$root/lib/ruby/vendor_ruby:$libraries/ruby/vendor_ruby/3.1.0:$root/lib/ruby/3.1.0:$libraries/ruby/3.1.0"
exec ruby3.1 "$root/bin/$@"
