import type { Rule } from '../rule.ts';
import { breaksReaders } from './breaks-readers.ts';
import { columnTypeChange } from './column-type-change.ts';
import { deleteWithoutWhere } from './delete-without-where.ts';
import { dropColumn } from './drop-column.ts';
import { dropDatabase } from './drop-database.ts';
import { dropIndex } from './drop-index.ts';
import { dropPartition } from './drop-partition.ts';
import { dropPrimaryKey } from './drop-primary-key.ts';
import { dropTable } from './drop-table.ts';
import { dynamicSql } from './dynamic-sql.ts';
import { mixedDdlDml } from './mixed-ddl-dml.ts';
import { narrowing } from './narrowing.ts';
import { noPrimaryKey } from './no-primary-key.ts';
import { notNullWithoutDefault } from './not-null-without-default.ts';
import { otherSchema } from './other-schema.ts';
import { placeholder } from './placeholder.ts';
import { overwritesRows } from './overwrites-rows.ts';
import { privilegeChange } from './privilege-change.ts';
import { removedInServer } from './removed-in-server.ts';
import { rename } from './rename.ts';
import { serverChange } from './server-change.ts';
import { sessionControl } from './session-control.ts';
import { severalDdl } from './several-ddl.ts';
import { tableRebuild } from './table-rebuild.ts';
import { trackingTables } from './tracking-tables.ts';
import { truncate } from './truncate.ts';
import { uncheckedWrites } from './unchecked-writes.ts';
import { uniqueOnExisting } from './unique-on-existing.ts';
import { updateWithoutWhere } from './update-without-where.ts';

/** All rules, the destructive ones first. */
export const rules: readonly Rule[] = [
  dropTable,
  dropDatabase,
  truncate,
  dropColumn,
  dropPartition,
  deleteWithoutWhere,
  updateWithoutWhere,
  narrowing,
  overwritesRows,
  otherSchema,
  serverChange,
  trackingTables,
  sessionControl,
  dynamicSql,
  columnTypeChange,
  rename,
  notNullWithoutDefault,
  uniqueOnExisting,
  dropIndex,
  dropPrimaryKey,
  tableRebuild,
  removedInServer,
  mixedDdlDml,
  severalDdl,
  noPrimaryKey,
  privilegeChange,
  uncheckedWrites,
  breaksReaders,
  placeholder,
];
