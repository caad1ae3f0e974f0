#!/usr/bin/env bash
# Publishes the service and the command line into one directory, with the .NET runtime in it: nothing has to be installed beside.
#   packaging/publish.sh DIRECTORY [RUNTIME-IDENTIFIER]
# The runtime is the patched one named below, whatever the SDK of this machine brings (docs/operations.md, "The runtime").
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: packaging/publish.sh DIRECTORY [RUNTIME-IDENTIFIER]}
rid=${2:-linux-x64}
runtime=${CORESYNC_RUNTIME:-10.0.14}
rm -rf "$out"
for host in CoreSync.Service CoreSync.Console; do
    dotnet publish "src/Hosts/$host/$host.csproj" -c Release -r "$rid" --self-contained true -p:RuntimeFrameworkVersion="$runtime" \
        -p:DebugType=none -p:GenerateDocumentationFile=false -o "$out" -v quiet --nologo
done
echo "$out: $(du -sh "$out" | cut -f1), .NET $runtime, $rid"
