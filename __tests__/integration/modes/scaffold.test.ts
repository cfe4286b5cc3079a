import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { scaffold } from '../../../src/modes/scaffold/scaffold.ts';
import { testDatabase } from '../../support/database.ts';
import { deploy, project, writeFiles } from '../../support/deploy.ts';
import { runPipeline } from '../../support/shop.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/** Own rows in the column layouts of well-known public data sets. */
interface Layout {
  readonly name: string;
  /** As it lies on the disk; a text is UTF-8. */
  readonly csv: string | Buffer;
  readonly file?: string;
  readonly rows: number;
  /** What the manifest has to say, among other things. */
  readonly proposes: readonly string[];
}

const lines = (...rows: readonly string[]): string => `${rows.join('\n')}\n`;

const LAYOUTS: readonly Layout[] = [
  {
    name: 'an online retailer, saved by a German Excel',
    csv: Buffer.from(
      'InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country\r\n' +
        '536365;85123A;"TASSE; WEISS";6;01.12.2010 08:26;2,55;17850;Österreich\r\n' +
        '536365;71053;LATERNE;6;13.12.2010 08:26;3,39;;Österreich\r\n' +
        '536366;71053;LATERNE;2;13.12.2010 10:00;3,39;;Österreich\r\n' +
        'C536379;D;Rabatt;-1;13.12.2010 09:41;27,5;14527;Schweiz\r\n',
      'latin1',
    ),
    rows: 4,
    proposes: [
      'key: [InvoiceNo, StockCode]',
      'delimiter: ";"',
      'encoding: windows-1252',
      'decimal: ","',
      'dateFormat: DD.MM.YYYY',
      'InvoiceNo: { type: string',
      'UnitPrice: { type: "decimal(7,2)" }',
      'CustomerID: { type: int } # 2 without a value',
    ],
  },
  {
    name: 'taxi trips',
    csv: lines(
      'VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,trip_distance,store_and_fwd_flag,PULocationID,fare_amount,congestion_surcharge',
      '2,2025-01-01 00:18:38,2025-01-01 00:26:59,1,1.60,N,229,10.0,2.5',
      '1,2025-01-01 00:32:40,2025-01-01 00:35:13,1,.50,N,236,5.1,',
      '1,2025-01-01 00:44:04,2025-01-01 00:46:01,,0.60,Y,236,-5.1,2.5',
    ),
    rows: 3,
    proposes: [
      'key: [VendorID, tpep_pickup_datetime]',
      'tpep_pickup_datetime: { type: datetime',
      'trip_distance: { type: double }',
      'fare_amount: { type: "decimal(6,1)" }',
    ],
  },
  {
    name: 'passengers of a ship',
    csv: lines(
      'PassengerId,Survived,Pclass,Name,Sex,Age,SibSp,Ticket,Fare,Cabin,Embarked',
      '1,0,3,"Braun, Herr Otto ""Otti""",male,22,1,A/5 21171,7.25,,S',
      '2,1,1,"Kummer, Frau Ida (geb. Ñandú)",female,38.5,1,17599,71.2833,C85,C',
      '3,1,3,"Heikki, Frl. Laina",female,,0,STON/O2. 3101282,7.925,,S',
    ),
    rows: 3,
    proposes: [
      'key: [PassengerId]',
      'Age: { type: "decimal(6,1)" } # 1 without a value',
      'Fare: { type: "decimal(9,4)" }',
    ],
  },
  {
    name: 'indicators of countries, a column a year',
    csv: `\uFEFF${lines(
      '"Country Name","Country Code","Indicator Code","1960","1961","2024",',
      '"Aruba","ABW","NY.GDP","","405586592.2","3648573136.3",',
      '"Côte d\'Ivoire","CIV","NY.GDP","546203561.7","618245639.2","",',
    ).replaceAll(/,$/gm, '')}`,
    rows: 2,
    // In quotes an empty text is no NULL, so no number either.
    proposes: [
      '"Country Name": country_name',
      '"1960": c_1960',
      'key: [country_code]',
      'c_1960: { type: string',
      'c_1961: { type: "decimal(13,1)" }',
    ],
  },
  {
    name: 'ratings of films',
    csv: lines(
      'userId,movieId,rating,timestamp',
      '1,1,4.0,964982703',
      '1,3,4.5,964981247',
      '2,1,3.0,1445714835',
      '2,3,5.0,1445714835',
    ),
    rows: 4,
    proposes: ['key: [userId, movieId]', 'rating: { type: "decimal(5,1)" }', 'timestamp: { type: int }'],
  },
  {
    name: 'airports of the world',
    csv: lines(
      '"id","ident","type","name","latitude_deg","longitude_deg","elevation_ft","scheduled_service","keywords"',
      '6523,"00A","heliport","Total ""RF"" Heliport",40.070985,-74.933689,11,"no",',
      '323361,"00AA","small_airport","Aero B Ranch",38.704022,-101.473911,3435,"no","a, b"',
    ),
    rows: 2,
    proposes: [
      'key: [id]',
      'latitude_deg: { type: "decimal(11,6)" }',
      'keywords: { type: string, maxLength: 10 } # 1 without a value',
    ],
  },
  {
    name: 'air of a city, with NA',
    csv: lines(
      'No,year,month,day,hour,pm2.5,DEWP,TEMP,cbwd,Iws',
      '1,2010,1,1,0,NA,-21,-11.0,NW,1.79',
      '2,2010,1,1,1,129,-21,-12.0,NW,4.92',
      '3,2010,1,1,2,148,NA,-4.0,SE,1e2',
    ),
    rows: 3,
    proposes: [
      '"null": "NA"',
      '"pm2.5": pm2_5',
      'pm2_5: { type: int } # 1 without a value',
      'Iws: { type: double }',
    ],
  },
  {
    name: 'the power of a household, with question marks',
    csv: lines(
      'Date;Time;Global_active_power;Voltage;Sub_metering_3',
      '16/12/2006;17:24:00;4.216;234.840;17.000',
      '16/12/2006;17:25:00;5.360;233.630;16.000',
      '28/4/2007;00:21:00;?;?;?',
    ),
    rows: 3,
    proposes: [
      'key: [Date, Time]',
      'dateFormat: D/M/YYYY',
      '"null": "?"',
      'Date: { type: date',
      'Time: { type: time',
      'Voltage: { type: "decimal(9,3)" }',
    ],
  },
  {
    name: 'reports of a police, with the hours of America',
    csv: lines(
      'ID,Case Number,Date,Block,Arrest,Beat,FBI Code,X Coordinate,Updated On,Location',
      '10224738,HY411648,09/05/2015 01:30:00 PM,043XX S WOOD ST,false,0924,08B,1165074,02/10/2018 03:50:01 PM,"(41.815117282, -87.669999562)"',
      '10224739,HY411615,09/04/2015 11:30:00 AM,008XX N CENTRAL AVE,true,1511,06,,02/13/2018 12:00:00 AM,',
    ),
    rows: 2,
    proposes: [
      'key: [ID]',
      'dateFormat: "MM/DD/YYYY h:mm:ss A"',
      'Arrest: { type: boolean }',
      'Beat: { type: string',
      '# watermark: updated_on',
    ],
  },
  {
    name: 'titles of films, packed, without quotes',
    file: 'data/raw/title.basics.csv.gz',
    csv: gzipSync(
      lines(
        'tconst\ttitleType\tprimaryTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres',
        String.raw`tt0000001	short	Carmencita	0	1894	\N	1	Documentary,Short`,
        'tt0000002\tshort\t"Le clown" et ses chiens\t0\t1892\t\\N\t5\tAnimation',
        String.raw`tt0000003	short	5" of rain	0	1892	\N	\N	\N`,
      ),
    ),
    rows: 3,
    proposes: [
      'name: title_basics',
      'key: [tconst]',
      String.raw`delimiter: "\t"`,
      'quote: ""',
      String.raw`"null": "\\N"`,
      'runtimeMinutes: { type: int } # 1 without a value',
    ],
  },
  {
    name: 'postal districts, whose zeros count',
    csv: lines(
      'zip|type|decommissioned|primary_city|state|area_codes|population',
      '00501|UNIQUE|0|Holtsville|NY|631|562',
      '01001|STANDARD|0|Agawam|MA|"413|857"|16064',
    ),
    rows: 2,
    proposes: [
      'delimiter: "|"',
      'key: [zip]',
      'zip: { type: string, maxLength: 10, required: true }',
      'population: { type: int }',
    ],
  },
  {
    name: 'trips of bicycles, saved as Unicode text',
    csv: Buffer.from(
      '\uFEFFride_id\tstarted_at\tended_at\tstart_station_name\tstart_lat\tmember_casual\r\nA1\t2024-01-31T12:16:49.123\t2024-01-31T12:17:00\tWien Praterstern ü\t41.91\tmember\r\nB2\t2024-01-30 09:00:00\t\t\t41.9\tcasual\r\n',
      'utf16le',
    ),
    rows: 2,
    proposes: [
      'encoding: utf-16le',
      'key: [ride_id]',
      'started_at: { type: datetime }',
      'ended_at: { type: datetime } # 1 without a value',
    ],
  },
  {
    name: 'weather of a station, everything in quotes',
    csv: lines(
      '"STATION","DATE","LATITUDE","NAME","TEMP","PRCP"',
      '"01001099999","2024-01-01","70.9333333","JAN MAYEN, NO"," 24.4"," 0.00"',
      '"01001099999","2024-01-02","70.9333333","JAN MAYEN, NO"," 22.0"," 0.01"',
    ),
    rows: 2,
    proposes: [
      'key: [STATION, DATE]',
      'STATION: { type: string',
      'DATE: { type: date',
      'TEMP: { type: string',
    ],
  },
  {
    name: 'customers, in single quotes, with long texts, JSON and columns without a name',
    csv: lines(
      `'','customer id','Größe in %','bio','settings','big'`,
      `'1','0cb0','x','${'long; '.repeat(2000)}','{"a": [1]}','18446744073709551615'`,
      `'2','0cb1','y','it''s short','[]','1'`,
    ),
    rows: 2,
    proposes: [
      'quote: "\'"',
      '"": column_1',
      '"Größe in %": grosse_in_percent',
      'key: [customer_id]',
      'settings: { type: json }',
      'big: { type: bigint unsigned }',
      'bio: { type: string } # longest 12000',
    ],
  },
];

describe('a scaffold of a CSV file', () => {
  test.each(LAYOUTS)(
    'of $name is valid and loads every row',
    async ({ csv, file = 'data/raw/My file 1.csv', rows, proposes }) => {
      const db = await testDatabase();
      const folder = project({});
      writeFiles(folder, { [file]: csv });
      const { out, said } = await scaffold({ workingDirectory: folder, file, isWritten: true });
      const manifest = readFileSync(join(folder, 'data/pipeline.yml'), 'utf8');
      expect([out, said[0]]).toEqual([
        '',
        `${file}: read all ${rows} rows; other rows may have other values`,
      ]);
      for (const line of proposes) expect(manifest).toContain(line);
      const validated = await deploy('validate', folder, undefined);
      expect([validated.report.result, validated.report.problems]).toEqual(['ok', []]);
      expect((await deploy('update', folder, db)).report.problems).toEqual([]);
      const report = await runPipeline(folder, db);
      expect([report.result, report.problems]).toEqual(['ok', []]);
      expect(report.pipeline?.datasets[0]?.rows).toMatchObject({ new: rows, rejected: 0 });
    },
  );

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'in a random form with random values (seed %i) loads every row',
    async (seed) => {
      const db = await testDatabase();
      const random = seededRandom(seed);
      const { csv, rows } = randomCsv(random);
      const folder = project({});
      writeFiles(folder, { 'data/random.csv': csv });
      await scaffold({ workingDirectory: folder, file: 'data/random.csv', isWritten: true });
      expect((await deploy('validate', folder, undefined)).report.problems).toEqual([]);
      expect((await deploy('update', folder, db)).report.problems).toEqual([]);
      const report = await runPipeline(folder, db);
      expect([report.problems, report.pipeline?.datasets[0]?.rejectedExamples]).toEqual([[], []]);
      expect(report.pipeline?.datasets[0]?.rows).toMatchObject({ new: rows, rejected: 0 });
    },
  );

  test('overwrites nothing, and prints what is to be added', async () => {
    const folder = project({ 'a.csv': 'id,b\n1,2\n', 'data/b.csv': 'id,b\n1,x\n' });
    await scaffold({ workingDirectory: folder, file: 'a.csv', isWritten: true });
    const before = readFileSync(join(folder, 'data/pipeline.yml'), 'utf8');
    const { out } = await scaffold({ workingDirectory: folder, file: 'data/b.csv', isWritten: true });
    expect(out).toContain('# add to "datasets:" of data/pipeline.yml\n  - name: b\n');
    expect(out).toContain('# add to the end of changelog/changelog.yml\n  - changeSet:\n      id: stg_b');
    expect(readFileSync(join(folder, 'data/pipeline.yml'), 'utf8')).toBe(before);
    await expect(scaffold({ workingDirectory: folder, file: 'a.csv', isWritten: true })).rejects.toThrow(
      'migrations/stg_a.up.sql is there already, and nothing is overwritten',
    );
    // As printed, it is valid.
    const added = out
      .split('\n')
      .slice(
        1,
        out.split('\n').findIndex((line) => line.startsWith('# add to the end')),
      )
      .join('\n');
    writeFiles(folder, { 'data/pipeline.yml': `${before}${added}\n` });
    expect((await deploy('validate', folder, undefined)).report.problems).toEqual([]);
  });

  test('says what a file is that is not CSV, and what cannot be proposed', async () => {
    const folder = project({
      'x.csv': 'sep=;\na;b\n',
      'y.txt': '',
      'e.csv': '',
      't.csv': 'a,b,a\n1,2,3\n',
      'n.csv': 'a,b\n1.5,x\n1.5,x\n',
      'c.csv': 'a,b\u0001\n1,2\n',
      'h.csv': 'a,b\n',
    });
    writeFiles(folder, { 'z.csv': gzipSync('a,b\n1,2\n'), 'w.csv': Buffer.from([0x50, 0x4b, 3, 4, 0, 0]) });
    const failure = (file: string): Promise<unknown> =>
      scaffold({ workingDirectory: folder, file, isWritten: false }).then(
        ({ said }) => said.join('; '),
        (error: Error) => error.message,
      );
    expect(await failure('x.csv')).toContain('"sep="');
    expect(await failure('y.txt')).toContain('does not end in .csv');
    expect(await failure('e.csv')).toBe('e.csv is empty');
    expect(await failure('t.csv')).toContain('names "a" twice');
    expect(await failure('z.csv')).toContain('is not CSV but gzip');
    expect(await failure('w.csv')).toContain('is not CSV but a ZIP archive');
    expect(await failure('../x.csv')).toContain('leaves the working directory');
    expect(await failure('c.csv')).toContain('control characters');
    expect(await failure('h.csv')).toContain('nothing in these rows is unique');
    expect(await failure('gone.csv')).toContain('cannot be read (ENOENT)');
    expect(await failure('n.csv')).toContain('nothing in these rows is unique: name the key yourself');
    const { out } = await scaffold({ workingDirectory: folder, file: 'n.csv', isWritten: false });
    expect(out).toContain('key: [] # no column');
  });
});

/** How a file writes what it holds. */
interface Form {
  readonly delimiter: string;
  readonly decimal: string;
  readonly day: (iso: string) => string;
  readonly nothing: string;
}

const DAYS: readonly Form['day'][] = [
  (iso) => iso,
  (iso) => iso.split('-').toReversed().join('.'),
  (iso) => iso.replace(/(.*)-(.*)-(.*)/, '$2/$3/$1'),
];

type Value = (random: () => number, form: Form) => string;

const VALUES: readonly Value[] = [
  (random) => String(Math.floor(random() * 2 ** 40) - 2 ** 39),
  (random, { decimal }) => (random() * 1000 - 500).toFixed(Math.floor(random() * 4)).replace('.', decimal),
  (random, { decimal }) => `${random() * 1e6}e${Math.floor(random() * 9)}`.replace('.', decimal),
  (random, { day }) => day(new Date(random() * 4e12).toISOString().slice(0, 10)),
  (random, { day }) => {
    const [date = '', time = ''] = new Date(random() * 4e12).toISOString().split('T');
    return `${day(date)} ${time.slice(0, 8)}`;
  },
  (random) => (random() < 0.5 ? 'true' : 'False'),
  (random) => `${String(Math.floor(random() * 24)).padStart(2, '0')}:59:${Math.floor(random() * 50) + 10}`,
  (random) =>
    Array.from({ length: Math.floor(random() * 12) }, () =>
      'aÄ"\'; ,|.7\n-€'.charAt(Math.floor(random() * 14)),
    ).join(''),
  () => '0017',
  (random) => `{"a": [${Math.floor(random() * 9)}]}`,
];

function oneOf<T>(random: () => number, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!;
}

/** A file whose first column is its key; fields are quoted where they have to be, and at random. */
function randomCsv(random: () => number): { readonly csv: Buffer; readonly rows: number } {
  const delimiter = oneOf(random, [',', ';', '\t', '|']);
  const decimal = delimiter === ',' ? '.' : oneOf(random, ['.', ',']);
  const form = {
    delimiter,
    decimal,
    day: oneOf(random, DAYS),
    nothing: oneOf(random, ['', 'NA', String.raw`\N`]),
  };
  const kinds = Array.from({ length: 2 + Math.floor(random() * 7) }, () => oneOf(random, VALUES));
  const rows = 20 + Math.floor(random() * 60);
  const write = (text: string): string =>
    /["\n]/.test(text) || text.includes(delimiter) || random() < 0.1
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const titles = ['record id', ...kinds.map((_, at) => `Value ${at}`)];
  const body = Array.from({ length: rows }, (_, row) => {
    const values = kinds.map((kind) => (random() < 0.1 ? form.nothing : write(kind(random, form))));
    return [String(row + 1), ...values].join(delimiter);
  });
  const text = `${[titles.join(delimiter), ...body].join(oneOf(random, ['\n', '\r\n']))}\n`;
  const csv = random() < 0.2 ? Buffer.from(`\uFEFF${text}`, 'utf16le') : Buffer.from(text);
  return { csv, rows };
}
