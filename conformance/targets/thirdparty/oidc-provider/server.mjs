// oidc-provider, configured as its documentation has it: `server.mjs PORT`. The clients are those of
// the target file, which sets their secrets in the environment.

import Provider from 'oidc-provider';
import { pages } from './pages.mjs';

const port = Number(process.argv[2]);

// What the documentation asks for in the place of the memory store, which forgets what is alive.
const stored = new Map();
const grants = new Map();
const uids = new Map();

class Adapter {
  constructor(model) {
    this.key = (id) => `${model}:${id}`;
  }

  async upsert(id, payload) {
    const key = this.key(id);
    stored.set(key, payload);
    if (payload.uid) uids.set(payload.uid, key);
    if (payload.grantId) {
      if (!grants.has(payload.grantId)) grants.set(payload.grantId, new Set());
      grants.get(payload.grantId).add(key);
    }
  }

  async find(id) {
    return stored.get(this.key(id));
  }

  async findByUid(uid) {
    return stored.get(uids.get(uid));
  }

  async consume(id) {
    stored.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    stored.delete(this.key(id));
  }

  async revokeByGrantId(grantId) {
    for (const key of grants.get(grantId) ?? []) stored.delete(key);
    grants.delete(grantId);
  }
}

const users = ['authorization_code', 'refresh_token'];
const client = (name, redirectUri, grantTypes, method = 'client_secret_basic') => ({
  client_id: name,
  client_secret: process.env[`${name.toUpperCase()}_SECRET`],
  token_endpoint_auth_method: method,
  redirect_uris: redirectUri ? [redirectUri] : [],
  response_types: redirectUri ? ['code'] : [],
  grant_types: grantTypes,
  // A native application may use http on the loopback interface (RFC 8252 section 7.3).
  application_type: redirectUri ? 'native' : 'web',
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: Adapter,
  clients: [
    client('planner', 'http://127.0.0.1:8765/callback', [...users, 'client_credentials']),
    client('shopping', 'http://127.0.0.1:8765/other?from=shop', users, 'client_secret_post'),
    client('kiosk', 'http://127.0.0.1:8765/kiosk', users, 'none'),
  ],
  clockTolerance: 0,
  cookies: { keys: [process.env.COOKIE_KEY] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Every refresh gives a new refresh token and ends the old one (RFC 9700 section 4.14.2).
  rotateRefreshToken: true,
  ttl: {
    AccessToken: 3600,
    AuthorizationCode: 60,
    ClientCredentials: 600,
    Grant: 1209600,
    Interaction: 3600,
    RefreshToken: 1209600,
    Session: 1209600,
  },
});

provider.use(pages(provider));
provider.on('server_error', (_ctx, error) => console.error(error));
provider.listen(port, '127.0.0.1');
