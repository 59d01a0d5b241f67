import { DataSource } from 'typeorm';
import { migrations } from './index.js';
import { MIGRATIONS_TABLE } from './migrations-table.js';

const url = process.env['DATABASE_URL'];
if (url === undefined || url === '') {
  throw new Error('DATABASE_URL must be set to the URL of the database, as its owner');
}

/** For the TypeORM command line: `typeorm -d dist/migrations/data-source.js migration:show`. */
export default new DataSource({
  type: 'postgres',
  url,
  migrations,
  migrationsTableName: MIGRATIONS_TABLE,
  migrationsTransactionMode: 'each',
  synchronize: false,
});
