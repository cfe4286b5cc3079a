/** Why rows cannot go straight into staging; caught where the general way takes over. */
export class NotStraight extends Error {}
