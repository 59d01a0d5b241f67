/**
 * What ingest may do to partitions and to rows that are too old, and nothing more: it can neither make nor drop a table
 * by itself. They run as the owner. None waits long for a lock, because everybody who comes later waits behind it.
 */
export const PARTITION_FUNCTION_NAMES = [
  'agent_partition_create(TEXT, DATE)',
  'agent_partition_drop_oldest(TEXT, TIMESTAMPTZ)',
  'agent_partition_delete_default(TEXT, TIMESTAMPTZ, INT)',
  'agent_partition_summarize(TEXT)',
  'agent_runs_delete_old(TIMESTAMPTZ, BIGINT, INT)',
] as const;

const AS_OWNER = `
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET lock_timeout = '300ms'
  SET timezone = 'UTC'`;

const KNOWN_PARENT = `
    IF parent NOT IN ('agent_metrics', 'agent_run_logs') THEN
      RAISE EXCEPTION '% has no partitions', parent USING ERRCODE = 'invalid_parameter_value';
    END IF;`;

/** So that nobody who can act as ingest can empty the tables. */
const NOT_YOUNG = `
    IF before > now() - interval '1 day' THEN
      RAISE EXCEPTION 'Rows of the last day are kept' USING ERRCODE = 'invalid_parameter_value';
    END IF;`;

const TIME_OF_PARENT = `CASE parent WHEN 'agent_metrics' THEN 'recorded_at' ELSE 'at' END`;

/**
 * Makes the partition of the month (UTC) that begins on a day, with the rows of that month that are in the default
 * partition. Attached, not created in place: that locks neither readers nor writers of the other partitions out.
 * Returns false when it is there already.
 */
const CREATE_PARTITION = `
  CREATE FUNCTION agent_partition_create(parent TEXT, month DATE) RETURNS BOOLEAN ${AS_OWNER} AS $$
  DECLARE
    partition_name TEXT := parent || '_' || to_char(month, 'YYYYMM');
    first_instant TIMESTAMPTZ := month;
    end_instant TIMESTAMPTZ := month + interval '1 month';
  BEGIN
    ${KNOWN_PARENT}
    IF month IS DISTINCT FROM date_trunc('month', month)::date OR month > now() + interval '1 year' THEN
      RAISE EXCEPTION 'Not the first day of a month that begins within a year' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_regclass('public.' || partition_name) IS NOT NULL THEN
      RETURN FALSE;
    END IF;
    EXECUTE format('LOCK TABLE ONLY public.%I IN ACCESS EXCLUSIVE MODE', parent || '_default');
    EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', partition_name, parent);
    EXECUTE format(
      'WITH moved AS (DELETE FROM ONLY public.%1$I WHERE %2$I >= $1 AND %2$I < $2 RETURNING *)
       INSERT INTO public.%3$I SELECT * FROM moved',
      parent || '_default', ${TIME_OF_PARENT}, partition_name
    ) USING first_instant, end_instant;
    EXECUTE format(
      'ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
      parent, partition_name, first_instant, end_instant
    );
    RETURN TRUE;
  END
  $$`;

/**
 * Drops the oldest partition if all of it is older. Returns its name, NULL when there is none. Not detached first: to
 * detach gives the table foreign keys of its own, which locks the runs.
 */
const DROP_OLDEST_PARTITION = `
  CREATE FUNCTION agent_partition_drop_oldest(parent TEXT, before TIMESTAMPTZ) RETURNS TEXT ${AS_OWNER} AS $$
  DECLARE
    oldest TEXT;
  BEGIN
    ${KNOWN_PARENT}
    ${NOT_YOUNG}
    SELECT min(child.relname) INTO oldest
    FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
    WHERE inhparent = ('public.' || parent)::regclass AND child.relname ~ ('^' || parent || '_[0-9]{6}$');
    IF oldest IS NULL OR to_date(right(oldest, 6), 'YYYYMM') + interval '1 month' > before THEN
      RETURN NULL;
    END IF;
    EXECUTE format('DROP TABLE public.%I', oldest);
    RETURN oldest;
  END
  $$`;

/** Deletes some of the rows of the default partition that are older. Returns how many. */
const DELETE_DEFAULT = `
  CREATE FUNCTION agent_partition_delete_default(parent TEXT, before TIMESTAMPTZ, most INT) RETURNS INT ${AS_OWNER} AS $$
  DECLARE
    deleted INT;
  BEGIN
    ${KNOWN_PARENT}
    ${NOT_YOUNG}
    EXECUTE format(
      'DELETE FROM ONLY public.%1$I WHERE ctid = ANY (ARRAY (
         SELECT ctid FROM ONLY public.%1$I WHERE %2$I < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
       ))',
      parent || '_default', ${TIME_OF_PARENT}
    ) USING before, most;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
  END
  $$`;

/**
 * Notes in the BRIN indexes what has been written since the last time. Not left to Postgres (`autosummarize`), which
 * forgets most of it at full speed and logs a line each time.
 */
const SUMMARIZE = `
  CREATE FUNCTION agent_partition_summarize(parent TEXT) RETURNS INT ${AS_OWNER} AS $$
  BEGIN
    ${KNOWN_PARENT}
    RETURN (
      SELECT coalesce(sum(brin_summarize_new_values(indexrelid)), 0)
      FROM pg_inherits
      JOIN pg_index ON indrelid = inhrelid
      JOIN pg_class AS index ON index.oid = indexrelid
      JOIN pg_am ON pg_am.oid = relam AND amname = 'brin'
      WHERE inhparent = ('public.' || parent)::regclass
    );
  END
  $$`;

/**
 * Looks at the next runs by id, and deletes those that finished before and were stored before, and have neither
 * metrics nor logs any more. Returns the id to go on from, NULL when all that follow were stored later.
 *
 * First the runs are locked, then it is looked what belongs to them: a writer locks a run before it adds to it, so
 * nothing can come in between, whether or not the session fires the triggers of foreign keys.
 */
const DELETE_OLD_RUNS = `
  CREATE FUNCTION agent_runs_delete_old(
    before TIMESTAMPTZ, after_id BIGINT, most INT, OUT deleted INT, OUT last_id BIGINT
  ) ${AS_OWNER} AS $$
  DECLARE
    old_ids BIGINT[];
    window_end BIGINT;
    window_stored TIMESTAMPTZ;
  BEGIN
    ${NOT_YOUNG}
    deleted := 0;
    SELECT max(run.id), min(run.stored_at) INTO window_end, window_stored
    FROM (SELECT id, stored_at FROM public.agent_runs WHERE id > after_id ORDER BY id LIMIT most) AS run;
    IF window_end IS NULL OR window_stored >= before THEN
      RETURN;
    END IF;
    last_id := window_end;
    SELECT array_agg(run.id) INTO old_ids FROM (
      SELECT id FROM public.agent_runs
      WHERE id > after_id AND id <= window_end AND finished_at < before AND stored_at < before
      FOR UPDATE SKIP LOCKED
    ) AS run;
    -- OFFSET keeps the look-ups by index, one for each run: as a join, all metrics might be read.
    SELECT array_agg(old.id) INTO old_ids FROM unnest(old_ids) AS old (id)
    WHERE NOT EXISTS (SELECT FROM public.agent_metrics AS metric WHERE metric.run_id = old.id OFFSET 0)
      AND NOT EXISTS (SELECT FROM public.agent_run_logs AS log WHERE log.run_id = old.id OFFSET 0);
    DELETE FROM public.agent_run_attempts WHERE run_id = ANY (old_ids);
    DELETE FROM public.agent_runs WHERE id = ANY (old_ids);
    GET DIAGNOSTICS deleted = ROW_COUNT;
  END
  $$`;

export const PARTITION_FUNCTIONS = [
  CREATE_PARTITION,
  DROP_OLDEST_PARTITION,
  DELETE_DEFAULT,
  SUMMARIZE,
  DELETE_OLD_RUNS,
] as const;
