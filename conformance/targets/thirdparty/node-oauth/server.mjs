// @node-oauth/oauth2-server behind its Express adapter, as its documentation has it:
// `server.mjs PORT`. The pages on which users log in and decide are the application's.

import OAuthServer from '@node-oauth/express-oauth-server';
import express from 'express';
import session from 'express-session';
import { randomBytes } from 'node:crypto';
import { logIn, model } from './model.mjs';

const app = express();
const oauth = new OAuthServer({ model });

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const page = (title, body) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>${body}</html>`;
const form = (csrf, body) =>
  `<form method="post"><input type="hidden" name="csrf" value="${csrf}">${body}</form>`;
const LOGIN = `<p><label>Name <input name="username"></label></p>
<p><label>Password <input name="password" type="password"></label></p>
<p><button>Log in</button></p>`;
const CONSENT = `<p><button name="allowed" value="true">Allow</button>
<button name="allowed" value="false">Deny</button></p>`;

app.use(express.urlencoded({ extended: false }));
app.use(
  session({
    secret: randomBytes(32).toString('hex'),
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax' },
  }),
);
app.use((_request, response, next) => {
  response.set({ 'X-Frame-Options': 'DENY', 'Content-Security-Policy': "frame-ancestors 'none'" });
  next();
});

const csrf = (request) => (request.session.csrf ??= randomBytes(16).toString('hex'));
const ours = (request, response, next) =>
  request.body?.csrf === csrf(request) ? next() : response.status(400).send('An old form.');

app.get('/login', (request, response) => {
  response.send(page('Log in', form(csrf(request), LOGIN)));
});
app.post('/login', ours, (request, response) => {
  const user = logIn(request.body.username ?? '', request.body.password ?? '');
  if (!user) return response.status(403).send(page('Log in', form(csrf(request), LOGIN)));
  const { next } = request.session;
  return request.session.regenerate(() => {
    request.session.user = user;
    response.redirect(next ?? '/login');
  });
});

const loggedIn = (request, response, next) => {
  if (request.session.user) return next();
  request.session.next = request.originalUrl;
  return response.redirect('/login');
};
const authorize = oauth.authorize({
  authenticateHandler: { handle: (request) => request.session.user },
});

app.get('/authorize', loggedIn, (request, response) => {
  response.send(page('Grant access', form(csrf(request), CONSENT)));
});
app.post('/authorize', loggedIn, ours, authorize);
app.post('/token', oauth.token());
app.all('/me', oauth.authenticate({ scope: ['read'] }), (_request, response) => {
  response.json({ sub: response.locals.oauth.token.user.id });
});

app.listen(Number(process.argv[2]), '127.0.0.1');
