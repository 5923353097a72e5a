/** Events and their deliveries. */
import {
  actorName,
  CurrentActor,
  Delivery,
  EventId,
  InTransaction,
  newId,
  StoredEvent,
  withoutClaims
} from "@lyceum/core/shared"
import { hears, Outbox, Subscribers } from "@lyceum/core/shared/ports"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, type Statement } from "effect/sql"

/**
 * Appends queue per key until they commit, so that positions are the order of commits. Keys share this many queues:
 * a lock each would fill the server's table of locks with one large batch.
 */
const queues = 4096
/** Tells our locks of two integers from those of others; locks of one integer never meet them. */
const lockClass = 1_870_004

const decodeDelivery = Schema.decodeUnknownSync(Schema.toCodecJson(Delivery)) as (row: unknown) => Delivery
const decodeEvent = Schema.decodeUnknownSync(Schema.toCodecJson(StoredEvent)) as (row: unknown) => StoredEvent

/** How many parked keys a claim knows beforehand, the longest parked first; others it finds one event at a time. */
const parkedPassedOver = 100

/** How many events one statement takes; more are sent in several. */
const chunkSize = 1000

export const outboxLayer = Layer.effect(
  Outbox,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const random = yield* SecureRandom.SecureRandom
    const subscribers = yield* Subscribers

    const event = sql.literal(`jsonb_build_object(
      'id', e.id, 'name', e.event_name, 'version', e.event_version, 'at', e.occurred_at, 'actor', e.actor,
      'key', e.event_key, 'subjects', e.subjects, 'payload', e.payload)`)
    const delivery = sql.literal(`jsonb_strip_nulls(jsonb_build_object(
      'subscriber', d.subscriber, 'status', d.status, 'attempts', d.attempts, 'nextAt', d.next_at,
      'lastError', d.last_error))`)
    const allOf = (conditions: ReadonlyArray<Statement.Fragment | undefined>) =>
      sql.and(conditions.filter((condition) => condition !== undefined))

    interface DeliveryRow {
      readonly delivery: object
      readonly event: object
    }
    const toDelivery = ({ delivery, event }: DeliveryRow) => decodeDelivery({ ...delivery, event })

    const append = Effect.fnUntraced(function* (events: Parameters<Outbox["Service"]["append"]>[0]) {
      if (events.length === 0) return
      const { now } = yield* InTransaction
      const actor = withoutClaims(yield* CurrentActor)
      const rows = yield* Effect.forEach(events, (given) =>
        Effect.map(newId(EventId, random), (id) => ({
          ...given,
          id,
          subject_ids: [...new Set(Object.values(given.subjects))],
          heard_by: subscribers.filter((one) => hears(one, given.name)).map(({ subscriber }) => subscriber)
        }))
      )
      for (let from = 0; from < rows.length; from += chunkSize) {
        // A position is drawn only after the locks are held: the cross join needs their row first.
        yield* sql`
          with given as materialized (
            select g.* from rows from (jsonb_to_recordset(${JSON.stringify(rows.slice(from, from + chunkSize))}::jsonb) as (
              id uuid, name text, version int, key text, subjects jsonb, subject_ids text[], payload jsonb,
              heard_by text[]
            )) with ordinality as g (id, name, version, key, subjects, subject_ids, payload, heard_by, ord)
          ), queued as materialized (
            select count(pg_advisory_xact_lock(${lockClass}, queue)) as held from (
              select distinct hashtext(key) & ${queues - 1} as queue from given order by 1
            ) as queues
          ), stored as (
            insert into util.event_outbox
              (id, event_name, event_version, occurred_at, actor, actor_name, event_key, subjects, subject_ids, payload)
            select id, name, version, ${DateTime.formatIso(now)}::timestamptz, ${JSON.stringify(actor)}::jsonb,
              ${actorName(actor)}, key, subjects, subject_ids, payload
            from given cross join queued
            order by ord
            returning id, position
          )
          insert into util.event_deliveries
            (event_id, subscriber, event_position, event_key, status, attempts, next_at)
          select id, subscriber, position, key, 'pending', 0, ${DateTime.formatIso(now)}::timestamptz
          from stored join given using (id) cross join unnest(heard_by) as subscriber`
      }
    }, Effect.orDie)

    /** The place of the first delivery of the key of `d` that is neither handled nor skipped. */
    const firstOfKey = (subscriber: string) => sql`(
      select event_position from util.event_deliveries as first
      where first.subscriber = ${subscriber} and first.event_key = d.event_key and first.status in ('pending', 'failed')
      order by event_position limit 1
    )`

    const claim = Effect.fnUntraced(function* (subscriber: string) {
      const { now } = yield* InTransaction
      // A parked delivery waits for a person, and much may gather behind it meanwhile: such keys are passed over cheaply.
      // Sub-selects, unlike `not exists`, cannot become a join over all that is pending.
      const [row] = yield* sql<DeliveryRow>`
        with claimed as (
          select * from util.event_deliveries as d
          where subscriber = ${subscriber} and status = 'pending' and next_at <= ${DateTime.formatIso(now)}::timestamptz
            and event_key not in (
              select event_key from util.event_deliveries as d
              where subscriber = ${subscriber} and status = 'failed' and event_position = ${firstOfKey(subscriber)}
              order by event_position limit ${parkedPassedOver}
            )
            and event_position = ${firstOfKey(subscriber)}
          order by next_at, event_position limit 1
          for update of d skip locked
        )
        select ${delivery} as delivery, ${event} as event
        from claimed as d join util.event_outbox as e on e.id = d.event_id`
      return Option.map(Option.fromNullishOr(row), toDelivery)
    }, Effect.orDie)

    const deliveriesOf = (where: Statement.Fragment) =>
      Effect.map(
        sql<DeliveryRow>`
          select ${delivery} as delivery, ${event} as event
          from util.event_deliveries as d join util.event_outbox as e on e.id = d.event_id ${where}`,
        (rows) => rows.map(toDelivery)
      )

    return Outbox.of({
      append,
      claim,
      settle: (subscriber, eventId, { attempts, lastError, nextAt, status }) =>
        Effect.orDie(
          sql`update util.event_deliveries
            set status = ${status}::util.delivery_status, attempts = ${attempts},
              next_at = ${DateTime.formatIso(nextAt)}::timestamptz, last_error = ${lastError ?? null},
              updated_at = util.now()
            where event_id = ${eventId}::uuid and subscriber = ${subscriber}`
        ),
      findDelivery: (subscriber, eventId) =>
        Effect.map(
          Effect.orDie(
            deliveriesOf(
              sql`where d.event_id = ${eventId}::uuid and d.subscriber = ${subscriber} for update of d`
            )
          ),
          ([found]) => Option.fromNullishOr(found)
        ),
      deliveries: ({ status, subscriber }, after, count) =>
        Effect.orDie(
          deliveriesOf(sql`
            where ${allOf([
              status && sql`d.status = ${sql.literal(`'${status}'`)}`,
              subscriber === undefined ? undefined : sql`d.subscriber = ${subscriber}`,
              Option.getOrUndefined(
                Option.map(
                  after,
                  ([id, name]) => sql`(d.event_id, d.subscriber) < (${String(id)}::uuid, ${String(name)})`
                )
              )
            ])}
            order by ${sql.literal(status === "failed" || status === "skipped" ? "d.status desc, " : "")}d.event_id desc, d.subscriber desc limit ${count}`)
        ),
      events: ({ actor, from, name, subject, to }, after, count) =>
        Effect.orDie(
          Effect.map(
            sql<{ event: object }>`
              select ${event} as event from util.event_outbox as e
              where ${allOf([
                actor === undefined ? undefined : sql`e.actor_name = ${actor}`,
                subject === undefined ? undefined : sql`e.subject_ids @> array[${subject}]::text[]`,
                name === undefined ? undefined : sql`e.event_name = ${name}`,
                from && sql`e.occurred_at >= ${DateTime.formatIso(from)}::timestamptz`,
                to && sql`e.occurred_at < ${DateTime.formatIso(to)}::timestamptz`,
                Option.getOrUndefined(
                  Option.map(
                    after,
                    ([at, id]) =>
                      sql`(e.occurred_at, e.id) < (${String(at)}::timestamptz, ${String(id)}::uuid)`
                  )
                )
              ])}
              order by e.occurred_at desc, e.id desc limit ${count}`,
            (rows) => rows.map(({ event }) => decodeEvent(event))
          )
        )
    })
  })
)
