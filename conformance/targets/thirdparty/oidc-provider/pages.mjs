// The pages on which users log in and decide, after the documentation's example. oidc-provider's own
// are for development only. The users are those of the target file.

import { timingSafeEqual, createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';

const LOGIN = `<p><label>Name <input name="username"></label></p>
<p><label>Password <input name="password" type="password"></label></p>
<p><button>Log in</button></p>`;
const CONSENT = `<p><button name="answer" value="yes">Allow</button>
<button name="answer" value="no">Deny</button></p>`;

const digest = (value) => createHash('sha256').update(value).digest();
const isPassword = (name, password) =>
  ['ursula', 'uwe'].includes(name) &&
  timingSafeEqual(digest(process.env[`${name.toUpperCase()}_PASSWORD`]), digest(password));

const show = (ctx, form) => {
  ctx.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  ctx.set('X-Frame-Options', 'DENY');
  ctx.type = 'html';
  ctx.body = `<!doctype html><html lang="en"><title>Sign in</title><form method="post">${form}</form></html>`;
};

const consent = async (provider, { grantId, params, prompt, session }) => {
  const grant =
    (grantId && (await provider.Grant.find(grantId))) ??
    new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  const { missingOIDCScope, missingOIDCClaims } = prompt.details;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
  return { consent: { grantId: await grant.save() } };
};

export const pages = (provider) => async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const interaction = await provider.interactionDetails(ctx.req, ctx.res);
  const isLogin = interaction.prompt.name === 'login';
  if (ctx.method !== 'POST') return show(ctx, isLogin ? LOGIN : CONSENT);
  const sent = new URLSearchParams(await text(ctx.req));
  if (isLogin && !isPassword(sent.get('username') ?? '', sent.get('password') ?? '')) {
    return show(ctx, LOGIN);
  }
  const refused = { error: 'access_denied', error_description: 'The user refused.' };
  const allowed = () => consent(provider, interaction);
  const result = isLogin
    ? { login: { accountId: sent.get('username') } }
    : sent.get('answer') === 'yes' ? await allowed() : refused;
  return provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: isLogin || !result.error });
};
