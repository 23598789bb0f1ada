#!/bin/sh
# Turns a fresh mount and network namespace into the inside of a node, then sleeps: the
# namespaces, and all that is mounted and linked in them, last as long as this process
# and the node's other processes do. Nothing of it is seen on the host.
# usage: unshare --mount --net --propagation private isolate.sh STATE
set -eu
state=$1

# changes to a folder of the host stay in memory, here
cover() {
  mkdir -p "/run/cover$1/upper" "/run/cover$1/work"
  mount -t overlay -o "lowerdir=$1,upperdir=/run/cover$1/upper,workdir=/run/cover$1/work" overlay "$1"
}

# a folder below STATE, on disk, under the name by which a node's programs know it
keep() {
  mkdir -p "/run/state/node/$1" "$2"
  mount --bind "/run/state/node/$1" "$2"
}

# what is there is "$2" for whoever looks, and the host's own setting stays as it is
pretend() {
  echo "$2" > "/run/pretend-$(basename "$1")"
  mount --bind "/run/pretend-$(basename "$1")" "$1"
}

mount --make-rshared / # pods may ask for mount propagation
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/state
mount --bind "$state" /run/state
cover /var/lib
cover /var/log
mount --bind /run/state "$state" # it may have been below a covered folder
keep containerd /var/lib/containerd
keep kubelet /var/lib/kubelet
keep pods /var/log/pods

# what the kubelet would set for the whole machine (pkg/kubelet/cm, setupKernelTunables)
pretend /proc/sys/vm/overcommit_memory 1
pretend /proc/sys/vm/panic_on_oom 0
pretend /proc/sys/kernel/panic 10
pretend /proc/sys/kernel/panic_on_oops 1
pretend /proc/sys/kernel/keys/root_maxkeys 1000000
pretend /proc/sys/kernel/keys/root_maxbytes 25000000

echo 1 > /proc/sys/net/ipv4/ip_forward
touch /run/ready
exec sleep infinity
