#!/bin/sh
# Notes that it began, and ends when it is told to.
set -eu
trap 'exit 0' TERM
echo began >> /data/log
while :; do
  sleep infinity &
  wait
done
