// The way of LouisvilleMetro/WazeCCPProcessor (branch version3), in its own language and with its own hashing: a file is
// read, parsed and hashed whole; then alerts, jams and irregularities are taken in side by side, each record hashed and
// upserted by a statement and transaction of its own, and after it each of its coordinates, one after another. Own words
// after its description; the road and type tables are not looked up, which the original does.
//
// node original.mjs POOL PROCESSED FILE...   with PG* in the environment and object-hash and pg to be found
import { createRequire } from 'node:module';
import { readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';

const require = createRequire(process.env.ORIGINAL_MODULES + '/');
const hash = require('object-hash');
const pg = require('pg');

const [poolSize, processed, ...files] = process.argv.slice(2);
const unordered = { unorderedArrays: true };

const utc = millis => (millis === undefined ? null : new Date(millis).toISOString().replace('Z', ''));
const json = value => (value === undefined ? null : JSON.stringify(value));
const day = millis => new Date(millis).getUTCDay();
const way = (line, axis, less, more) => {
    if (!line || line.length < 2) return null;
    const change = line[line.length - 1][axis] - line[0][axis];
    return change < 0 ? less : change > 0 ? more : null;
};

const records = {
    alerts: {
        parent: 'alert_id',
        row: (a, id, file) => ({
            id, uuid: a.uuid, pub_millis: a.pubMillis, pub_utc_date: utc(a.pubMillis), road_type: a.roadType,
            location: json(a.location), street: a.street, city: a.city, country: a.country, magvar: a.magvar,
            reliability: a.reliability, report_description: a.reportDescription, report_rating: a.reportRating,
            confidence: a.confidence, type: a.type, subtype: a.subtype,
            report_by_municipality_user: a.reportByMunicipalityUser, thumbs_up: a.nThumbsUp, jam_uuid: a.jamUuid,
            datafile_id: file, dayofweek: day(a.pubMillis),
        }),
        lines: a => [[3, a.location ? [a.location] : []]],
    },
    jams: {
        parent: 'jam_id',
        row: (j, id, file) => ({
            id, uuid: j.uuid, pub_millis: j.pubMillis, pub_utc_date: utc(j.pubMillis), start_node: j.startNode,
            end_node: j.endNode, road_type: j.roadType, street: j.street, city: j.city, country: j.country,
            delay: j.delay, speed: j.speed, speed_kmh: j.speedKMH, length: j.length, turn_type: j.turnType,
            level: j.level, blocking_alert_id: j.blockingAlertUuid, line: json(j.line), type: j.type,
            turn_line: json(j.turnLine), datafile_id: file, ns_direction: way(j.line, 'y', 'S', 'N'),
            ew_direction: way(j.line, 'x', 'W', 'E'), dayofweek: day(j.pubMillis),
        }),
        lines: j => [[1, j.line ?? []], [2, j.turnLine ?? []]],
    },
    irregularities: {
        parent: 'irregularity_id',
        row: (i, id, file) => ({
            id, uuid: i.uuid ?? i.id, detection_date_millis: i.detectionDateMillis, detection_date: i.detectionDate,
            detection_utc_date: utc(i.detectionDateMillis), update_date_millis: i.updateDateMillis,
            update_date: i.updateDate, update_utc_date: utc(i.updateDateMillis), street: i.street, city: i.city,
            country: i.country, is_highway: i.highway, speed: i.speed, regular_speed: i.regularSpeed,
            delay_seconds: i.delaySeconds, seconds: i.seconds, length: i.length, trend: i.trend, type: i.type,
            severity: i.severity, jam_level: i.jamLevel, drivers_count: i.driversCount, alerts_count: i.alertsCount,
            n_thumbs_up: i.nThumbsUp, n_comments: i.nComments, n_images: i.nImages, line: json(i.line),
            cause_type: i.causeType, start_node: i.startNode, end_node: i.endNode, datafile_id: file,
        }),
        lines: i => [[1, i.line ?? []]],
    },
};

const statements = new Map();
function upsert(table, row) {
    const names = Object.keys(row).map(name => `"${name}"`);
    if (!statements.has(table)) {
        statements.set(table, `INSERT INTO waze.${table} (${names}) VALUES (${names.map((_, i) => '$' + (i + 1))})
            ON CONFLICT (id) DO UPDATE SET ${names.slice(1).map(name => `${name} = EXCLUDED.${name}`)}`);
    }
    return [statements.get(table), Object.values(row).map(value => value ?? null)];
}

async function take(kind, pool, all, start, file) {
    const { parent, row, lines } = records[kind];
    let next = 0;
    const worker = async () => {
        while (next < all.length) {
            const record = all[next++];
            const id = hash({ rootTime: start, originalObjectHash: hash(record, unordered) }, unordered);
            await pool.query(...upsert(kind, row(record, id, file)));
            for (const [type, points] of lines(record)) {
                for (const [order, point] of points.entries()) {
                    const owner = { jam_id: null, irregularity_id: null, alert_id: null, [parent]: id };
                    const own = hash({ originalObjectHash: hash(point, unordered), coordinateType: type,
                        // Not in the original, which loses the second of two equal points.
                        order, ...owner }, unordered);
                    await pool.query(...upsert('coordinates', { id: own, latitude: point.y, longitude: point.x, order,
                        ...owner, coordinate_type_id: type }));
                }
            }
        }
    };
    await Promise.all(Array.from({ length: poolSize }, worker));
}

const pools = Object.fromEntries(Object.keys(records).map(kind => [kind, new pg.Pool({ max: Number(poolSize) })]));
for (const name of files) {
    const data = JSON.parse(readFileSync(name));
    const sum = hash(data, unordered);
    const known = await pools.alerts.query('SELECT id FROM waze.data_files WHERE json_hash = $1', [sum]);
    const file = known.rows[0] ?? (await pools.alerts.query(
        `INSERT INTO waze.data_files (start_time_millis, end_time_millis, start_time, end_time, file_name, json_hash)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
        [data.startTimeMillis, data.endTimeMillis, utc(data.startTimeMillis), utc(data.endTimeMillis), basename(name),
            sum])).rows[0];
    await Promise.all(Object.keys(records).filter(kind => data[kind]?.length).map(kind =>
        take(kind, pools[kind], data[kind], data.startTimeMillis, file.id)));
    renameSync(name, join(processed, basename(name)));
}
await Promise.all(Object.values(pools).map(pool => pool.end()));
