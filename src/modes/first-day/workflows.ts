const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';

/** The three workflows, by path. Environments and their secrets are set up by hand. */
export function renderWorkflows({
  schema,
  uses,
}: {
  readonly schema: string;
  readonly uses: string;
}): Readonly<Record<string, string>> {
  const name = JSON.stringify(schema);
  return {
    '.github/workflows/db-validate.yml': renderValidate(uses),
    '.github/workflows/db-deploy-dev.yml': renderDev(name, uses),
    '.github/workflows/db-deploy-prod.yml': renderProd(name, uses),
  };
}

const CHECKED_OUT = `      - uses: ${CHECKOUT}
        with:
          persist-credentials: false`;

function renderValidate(uses: string): string {
  return `# Every pull request: changelog, SQL and policy, with a comment that lists what it adds. Needs no database.
name: validate the changelog

on: pull_request

permissions: {}

jobs:
  validate:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
      pull-requests: write # the comment
    steps:
${CHECKED_OUT}
      - uses: ${uses}
        with:
          mode: validate
`;
}

function environmentOf(name: string, environment: string): string {
  return `    env:
      DB_ENVIRONMENT: ${environment}
      DB_HOST: \${{ vars.DB_HOST }}
      DB_NAME: ${name}
      DB_USER: \${{ vars.DB_USER }}
      DB_PASSWORD: \${{ secrets.DB_PASSWORD }}`;
}

function renderDev(name: string, uses: string): string {
  return `# Every push to main goes to dev. Set up once: environment \`dev\` with the variables DB_HOST and DB_USER and the secrets
# DB_PASSWORD and BACKUP_PASSPHRASE.
name: deploy the database to dev

on:
  push:
    branches: [main]
    paths: [changelog/**, migrations/**, .github/workflows/db-deploy-dev.yml]

permissions: {}

concurrency:
  group: db-deploy-dev
  cancel-in-progress: false

jobs:
  deploy:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    environment: dev
    permissions:
      contents: read
${environmentOf(name, 'dev')}
    steps:
${CHECKED_OUT}
      - uses: ${uses}
        with:
          mode: update
          backup-passphrase: \${{ secrets.BACKUP_PASSPHRASE }}
`;
}

function renderProd(name: string, uses: string): string {
  return `# By hand: plan with an account that may only read, a person's yes, then the plan that was approved and no other.
# Set up once: environment \`prod-plan\` with the account of the planner, and environment \`prod\` with the account of the
# migrator, BACKUP_PASSPHRASE, required reviewers and "Prevent self-review". Limit both to the branch main.
name: deploy the database to prod

on: workflow_dispatch

permissions: {}

concurrency:
  group: db-deploy-prod
  cancel-in-progress: false

jobs:
  plan:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    environment: prod-plan
    permissions:
      contents: read
    outputs:
      plan-hash: \${{ steps.plan.outputs.plan-hash }}
      plan-parts: \${{ steps.plan.outputs.plan-parts }}
${environmentOf(name, 'prod')}
    steps:
${CHECKED_OUT}
      - id: plan
        uses: ${uses}
        with:
          mode: status

  deploy:
    needs: plan
    runs-on: ubuntu-latest
    timeout-minutes: 120
    environment: prod
    permissions:
      contents: read
      actions: read # who approved
${environmentOf(name, 'prod')}
    steps:
${CHECKED_OUT}
      - uses: ${uses}
        with:
          mode: update
          require-approval: true
          expected-plan-hash: \${{ needs.plan.outputs.plan-hash }}
          expected-plan-parts: \${{ needs.plan.outputs.plan-parts }}
          backup-passphrase: \${{ secrets.BACKUP_PASSPHRASE }}
`;
}
