/** What certificates needs from outside. */
export {}
