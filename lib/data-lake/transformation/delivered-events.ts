/** Prefix, in the raw bucket, of the departures that the stream delivers: Features writes it, the Glue job reads it. */
export const deliveredEvents = 'events/departures/';
