/** Ends the help of every command that speaks with the API, after its examples. */
export const API_HELP = `
Exit code: 0 done, 1 refused or failed, 2 wrong usage, 69 the API or a server behind it is away, 78 wrong configuration.
Where the platform is: API_URL and API_TOKEN (or API_TOKEN_FILE); otherwise the .data/connection.env of a running npm start.`;
