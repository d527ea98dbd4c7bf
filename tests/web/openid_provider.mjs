// A certified OpenID provider on this machine, for tests: everybody who types an address is that person.
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [port, back] = process.argv.slice(2)
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: 'sib', client_secret: 's'.repeat(32), redirect_uris: [back], token_endpoint_auth_method: 'client_secret_post' }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: id, email_verified: !id.startsWith('unproved') }) })
})
createServer(provider.callback()).listen(Number(port), '127.0.0.1', () => console.log('ready'))
