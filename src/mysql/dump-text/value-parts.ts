/** What the names of the variables begin with that hold the parts of a value too long for one statement. */
export const PART = '@db_deploy_part_';
