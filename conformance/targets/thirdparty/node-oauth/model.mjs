// What @node-oauth/oauth2-server asks of a model, kept in memory. The clients and users are those of
// the target file, which sets their secrets in the environment.

import { timingSafeEqual, createHash } from 'node:crypto';

const SCOPES = ['read', 'write'];
const users = ['authorization_code', 'refresh_token'];

const client = (id, redirectUri, grants) => ({ id, redirectUris: [redirectUri], grants });
const clients = new Map(
  [
    client('planner', 'http://127.0.0.1:8765/callback', [...users, 'client_credentials']),
    client('shopping', 'http://127.0.0.1:8765/other?from=shop', users),
    client('kiosk', 'http://127.0.0.1:8765/kiosk', users),
  ].map((found) => [found.id, found]),
);
const codes = new Map();
const accessTokens = new Map();
const refreshTokens = new Map();

const secretOf = (id) => process.env[`${id.toUpperCase()}_SECRET`];
const passwordOf = (name) => process.env[`${name.toUpperCase()}_PASSWORD`];
const digest = (text) => createHash('sha256').update(text).digest();
const same = (one, other) => timingSafeEqual(digest(one), digest(other));

export const logIn = (name, password) =>
  ['ursula', 'uwe'].includes(name) && same(passwordOf(name), password) ? { id: name } : null;

const allowed = (scope) => {
  const asked = scope ?? ['read'];
  return asked.every((word) => SCOPES.includes(word)) ? asked : false;
};

export const model = {
  // A client without a secret, where one is not asked for: authorize, and public clients.
  getClient: (id, secret) => {
    const found = clients.get(id);
    if (!found || secret === null || secret === undefined) return found;
    return secretOf(id) && same(secretOf(id), secret) ? found : false;
  },
  getUserFromClient: (found) => ({ id: found.id }),

  saveAuthorizationCode: (code, found, user) => {
    const saved = { ...code, client: found, user };
    codes.set(code.authorizationCode, saved);
    return saved;
  },
  getAuthorizationCode: (value) => codes.get(value),
  revokeAuthorizationCode: (code) => codes.delete(code.authorizationCode),

  saveToken: (token, found, user) => {
    const saved = { ...token, client: found, user };
    accessTokens.set(token.accessToken, saved);
    if (token.refreshToken) refreshTokens.set(token.refreshToken, saved);
    return saved;
  },
  getAccessToken: (value) => accessTokens.get(value),
  getRefreshToken: (value) => refreshTokens.get(value),
  revokeToken: (token) => {
    accessTokens.delete(token.accessToken);
    return refreshTokens.delete(token.refreshToken);
  },

  validateScope: (_user, _client, scope) => allowed(scope),
  verifyScope: (token, scope) => scope.every((word) => token.scope.includes(word)),
};
