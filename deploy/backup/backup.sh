#!/usr/bin/env bash
# Back up MongoDB at the start and then every night, and delete what is older than BACKUP_DAYS. A backup has its name once it is whole.
set -euo pipefail
umask 077
configuration=$(mktemp)
printf 'password: "%s"\n' "$(cat /run/secrets/mongo_backup_password)" > "$configuration"

while true; do
    name=/backups/lms-$(date -u +%FT%H%M%S).archive.gz
    mongodump --config="$configuration" --uri="mongodb://backup@mongo:27017/?replicaSet=rs0&authSource=admin" \
        --oplog --gzip --archive="$name.part"
    mv "$name.part" "$name"
    find /backups -name 'lms-*.archive.gz*' -mtime "+$BACKUP_DAYS" -delete
    sleep $(( ($(date -u -d "tomorrow $BACKUP_HOUR:00" +%s) - $(date -u +%s)) ))
done
