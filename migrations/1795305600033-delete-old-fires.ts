import type { MigrationInterface, QueryRunner } from 'typeorm';

const DELETE_OLD_FIRES = 'schedule_fires_delete_old(TIMESTAMPTZ, INT)';

/**
 * What ingest may do to fires that are too old, and nothing more. Row by row: a schedule of every second has 31 million
 * fires a year, a platform usually thousands a day, and months of their own would have to be in the key that says that
 * a fire has one row.
 */
export class DeleteOldFires1795305600033 implements MigrationInterface {
  readonly name = 'DeleteOldFires1795305600033';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_FUNCTION);
    await queryRunner.query(`REVOKE ALL ON FUNCTION ${DELETE_OLD_FIRES} FROM PUBLIC`);
    await queryRunner.query(`GRANT EXECUTE ON FUNCTION ${DELETE_OLD_FIRES} TO agent_platform_ingest`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP FUNCTION ${DELETE_OLD_FIRES}`);
  }
}

/**
 * Deletes some of the rows whose fires are older. What waits stays, and the latest row of each schedule, which says what
 * became of it. Returns how many.
 */
const CREATE_FUNCTION = `
  CREATE FUNCTION schedule_fires_delete_old(before TIMESTAMPTZ, most INT) RETURNS INT
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET lock_timeout = '300ms'
  SET timezone = 'UTC'
  AS $$
  DECLARE
    deleted INT;
  BEGIN
    -- So that nobody who can act as ingest can empty the table.
    IF before > now() - interval '1 day' THEN
      RAISE EXCEPTION 'Rows of the last day are kept' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    DELETE FROM public.schedule_fires WHERE ctid = ANY (ARRAY (
      SELECT old.ctid FROM public.schedule_fires AS old
      WHERE old.scheduled_for < before
        AND (old.scheduled_until IS NULL OR old.scheduled_until < before)
        AND old.outcome <> 'queued'
        AND EXISTS (
          SELECT FROM public.schedule_fires AS later
          WHERE later.agent_name = old.agent_name AND later.schedule_name = old.schedule_name
            AND later.scheduled_for > old.scheduled_for
        )
      ORDER BY old.scheduled_for LIMIT most FOR UPDATE SKIP LOCKED
    ));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
  END
  $$`;
