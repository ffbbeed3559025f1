#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A kubelet for a moment: cri.py N POD runs a pod whose N containers run `true`, several at a time,
and removes it all. Prints a line for each container: id, name, image, pod, namespace, label app of
the pod, liveness probe.

Debian 12 has no client of the CRI: the messages are made here and curl carries them."""
import struct
import subprocess
import sys
import threading
import time

SOCKET = '/run/containerd/containerd.sock'
NAMESPACE = 'proof'
IMAGE = 'docker.io/library/bb:1.0'
PROBE = 'cat /alive'


def number(n):
    out = b''
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(nr, value):
    if isinstance(value, int):
        return number(nr << 3) + number(value)
    if isinstance(value, str):
        value = value.encode()
    return number(nr << 3 | 2) + number(len(value)) + value


def fields(data):
    """(number, value) of each field of a message."""
    pos = 0

    def varint():
        nonlocal pos
        shift = value = 0
        while True:
            byte = data[pos]
            pos += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while pos < len(data):
        key = varint()
        if key & 7 == 2:
            size = varint()
            yield key >> 3, data[pos:pos + size]
            pos += size
        else:
            yield key >> 3, varint()


def call(method, message):
    body = b'\0' + struct.pack('>I', len(message)) + message
    done = subprocess.run(
        ['curl', '-s', '-S', '--http2-prior-knowledge', '--unix-socket', SOCKET, '-D', '/dev/stderr',
         '-H', 'content-type: application/grpc', '-H', 'te: trailers', '--data-binary', '@-',
         'http://localhost/runtime.v1.RuntimeService/' + method],
        input=body, capture_output=True)
    if b'grpc-status: 0' not in done.stderr.lower():
        sys.exit('cri.py: %s: %r' % (method, done.stderr[-600:]))
    return dict(fields(done.stdout[5:]))


def applied(pod, count):
    """What kubectl keeps of a pod's manifest: the kubelet tells of probes by this alone."""
    exec = '{"exec":{"command":["%s"]}}' % PROBE.replace(' ', '","')
    return '{"kind":"Pod","spec":{"containers":[%s]}}' % ','.join(
        '{"name":"%s-c%d","livenessProbe":%s}' % (pod, i, exec) for i in range(count))


def container(pod, sandbox, config, nr, lines):
    name = '%s-c%d' % (pod, nr)
    spec = (field(1, field(1, name)) + field(2, field(1, IMAGE)) + field(3, '/bin/true') +
            field(9, field(1, 'io.kubernetes.container.name') + field(2, name)))
    made = call('CreateContainer', field(1, sandbox) + field(2, spec) + field(3, config))[1]
    call('StartContainer', field(1, made))
    while dict(fields(call('ContainerStatus', field(1, made))[1])).get(3, 0) != 2:
        time.sleep(0.2)
    call('RemoveContainer', field(1, made))
    lines.append('\t'.join((made.decode(), name, IMAGE, pod, NAMESPACE, 'proof', PROBE)))


def main():
    count, pod = int(sys.argv[1]), sys.argv[2]
    uid = '00000000-0000-4000-8000-%012d' % (abs(hash(pod)) % 10**12)
    namespaces = field(1, field(1, 2) + field(2, 1))  # the network of the node, processes of their own
    config = (field(1, field(1, pod) + field(2, uid) + field(3, NAMESPACE)) + field(3, '/var/log/pods') +
              field(6, field(1, 'io.kubernetes.pod.name') + field(2, pod)) +
              field(6, field(1, 'app') + field(2, 'proof')) +
              field(7, field(1, 'kubectl.kubernetes.io/last-applied-configuration') +
                    field(2, applied(pod, count))) +
              field(8, field(1, '/kubepods/besteffort/pod' + uid) + field(2, namespaces)))
    sandbox = call('RunPodSandbox', field(1, config))[1]
    lines, nr = [], 0
    while nr < count:
        some = [threading.Thread(target=container, args=(pod, sandbox, config, i, lines))
                for i in range(nr, min(nr + 4, count))]
        nr += len(some)
        for one in some:
            one.start()
        for one in some:
            one.join()
    call('StopPodSandbox', field(1, sandbox))
    call('RemovePodSandbox', field(1, sandbox))
    print('\n'.join(lines))
    sys.exit(len(lines) != count)


main()
