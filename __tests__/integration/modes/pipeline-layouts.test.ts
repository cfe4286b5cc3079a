import { expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { deploy, project } from '../../support/deploy.ts';
import { runPipeline } from '../../support/shop.ts';

/** Own rows in the column layouts of well-known public data sets: an online retailer's, and a sensor network's. */
const PROJECT = {
  'changelog/changelog.yml':
    'databaseChangeLog:\n  - changeSet: { id: "1", author: me, sqlFile: migrations/1.sql }\n',
  'migrations/1.sql': `CREATE TABLE stg_invoice_lines (
      line_sk BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      invoice_no VARCHAR(10) NOT NULL,
      stock_code VARCHAR(12) NOT NULL,
      description VARCHAR(100) CHARACTER SET latin1 NULL,
      quantity SMALLINT NOT NULL,
      invoiced_at TIMESTAMP NOT NULL,
      unit_price DECIMAL(9, 3) UNSIGNED NOT NULL,
      customer INT UNSIGNED NULL,
      channel ENUM('web', 'shop') NOT NULL,
      UNIQUE KEY uq_line (invoice_no, stock_code)
    );
    CREATE TABLE stg_readings (
      mote SMALLINT UNSIGNED NOT NULL,
      epoch MEDIUMINT UNSIGNED NOT NULL,
      at TIME(3) NOT NULL,
      temperature DOUBLE NULL,
      humidity FLOAT NULL,
      is_valid BIT(1) NOT NULL,
      built YEAR NOT NULL,
      raw BINARY(4) NULL,
      PRIMARY KEY (mote, epoch)
    );`,
  'data/pipeline.yml': `datasets:
  - name: lines
    files: data/retail*.csv
    table: stg_invoice_lines
    key: [invoice_no, stock_code]
    delimiter: ";"
    decimal: ","
    dateFormat: M/D/YYYY H:mm
    encoding: windows-1252
    rename: { InvoiceNo: invoice_no, StockCode: stock_code, Description: description, Quantity: quantity,
      InvoiceDate: invoiced_at, UnitPrice: unit_price, CustomerID: customer, Channel: channel }
    columns:
      invoice_no: { type: string, maxLength: 10, required: true, pattern: "^C?[0-9]{6}$" }
      stock_code: { type: string, maxLength: 12, required: true }
      description: { type: string, maxLength: 100 }
      quantity: { type: smallint, required: true }
      invoiced_at: { type: datetime, required: true }
      unit_price: { type: "decimal(9,3) unsigned", required: true }
      customer: { type: int unsigned }
      channel: { type: string, required: true }
  - name: readings
    files: data/sensors*.csv
    table: stg_readings
    key: [mote, epoch]
    watermark: epoch
    delimiter: "\\t"
    "null": "?"
    columns:
      mote: { type: smallint unsigned, required: true }
      epoch: { type: mediumint unsigned, required: true }
      at: { type: time, required: true }
      temperature: { type: double }
      humidity: { type: float }
      is_valid: { type: boolean, required: true }
      built: { type: year, required: true }
      raw: { type: binary }
transforms: []
`.replace('transforms: []\n', ''),
  'data/retail.csv': Buffer.from(
    [
      'InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Channel',
      '536365;85123A;"WHITE HEART; T-LIGHT";6;12/1/2010 8:26;2,55;17850;web',
      'C536379;D;Café set €;-1;12/1/2010 9:41;27,5;;shop',
      '',
    ].join('\r\n'),
    'latin1',
  ).toString('latin1'),
  'data/sensors.csv': [
    'mote\tepoch\tat\ttemperature\thumidity\tis_valid\tbuilt\traw',
    '1\t3\t03:38:15.757\t19.9884\t37.0933\ttrue\t2004\t0a0B0c5c',
    '2\t11\t23:59:59\t?\t?\t0\t1999\t?',
    '',
  ].join('\n'),
};

test('a retail and a sensor pipeline go through, and again with their rows unchanged', async () => {
  const db = await testDatabase();
  const retail = PROJECT['data/retail.csv'].replace('€', '');
  const folder = project({ ...PROJECT, 'data/retail.csv': retail.replace('é', 'e') });
  expect((await deploy('update', folder, db)).report.result).toBe('ok');
  const first = await runPipeline(folder, db);
  expect([first.result, first.problems]).toEqual(['ok', []]);
  expect(first.pipeline?.datasets.map(({ rows }) => rows.new)).toEqual([2, 2]);
  expect(
    await db.query(
      'SELECT line_sk, invoice_no, description, quantity, CAST(invoiced_at AS CHAR) AS at, unit_price, customer, channel FROM stg_invoice_lines ORDER BY 1',
    ),
  ).toMatchObject([
    { line_sk: 1, description: 'WHITE HEART; T-LIGHT', quantity: 6, unit_price: '2.550', customer: 17850 },
    { invoice_no: 'C536379', quantity: -1, unit_price: '27.500', customer: null, channel: 'shop' },
  ]);
  expect(
    await db.query(
      'SELECT mote, CAST(at AS CHAR) AS at, temperature, humidity, is_valid + 0 AS v, built, HEX(raw) AS raw FROM stg_readings ORDER BY 1',
    ),
  ).toEqual([
    {
      mote: 1,
      at: '03:38:15.757',
      temperature: 19.9884,
      humidity: 37.0933,
      v: 1,
      built: 2004,
      raw: '0A0B0C5C',
    },
    { mote: 2, at: '23:59:59.000', temperature: null, humidity: null, v: 0, built: 1999, raw: null },
  ]);
  await db.query('DELETE FROM ops_loaded_files');
  const again = await runPipeline(folder, db);
  expect(again.pipeline?.datasets.map(({ rows }) => [rows.unchanged, rows.changed])).toEqual([
    [2, 0],
    [2, 0],
  ]);
});

test('a VECTOR column keeps its numbers, where the server has the type', async () => {
  const db = await testDatabase();
  const [{ v } = { v: '8' }] = await db.query<{ v: string }>('SELECT VERSION() AS v');
  if (Number(v.split('.')[0]) < 9) return;
  const folder = project({
    'changelog/changelog.yml': PROJECT['changelog/changelog.yml'],
    'migrations/1.sql': 'CREATE TABLE stg_v (id INT PRIMARY KEY, w INT NOT NULL, v VECTOR(3) NULL);',
    'data/pipeline.yml': `datasets:
  - name: v
    files: data/v*.csv
    table: stg_v
    key: [id]
    watermark: w
    columns:
      id: { type: int, required: true }
      w: { type: int, required: true }
      v: { type: vector }
`,
    'data/v.csv': 'id,w,v\n1,1,"[1, 2.5]"\n2,1,\n',
    'data/v2.csv': 'id,w,v\n1,2,"[0.1, 2.5, 3]"\n2,0,[7]\n',
  });
  expect((await deploy('update', folder, db)).report.result).toBe('ok');
  const report = await runPipeline(folder, db);
  expect([report.result, report.problems]).toEqual(['ok', []]);
  expect(await db.query('SELECT id, VECTOR_TO_STRING(v) AS v FROM stg_v ORDER BY id')).toEqual([
    { id: 1, v: '[1.00000e-01,2.50000e+00,3.00000e+00]' },
    { id: 2, v: null },
  ]);
});
