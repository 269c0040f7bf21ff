/**
 * FOR TESTS ONLY. This key is public and protects nothing. The certificate signs itself, is valid for `localhost` and `127.0.0.1`
 * until 2120, and no authority vouches for it: a client that accepts it without being told to does not verify TLS.
 */
export const untrusted = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgox1twlaP28UjuI6a
2Srz+4gubESEsDCvyful8mrMNL2hRANCAASqfK84OL0s28hzI1OxxdKEf9yDUcFT
qdJELb/HiUYISzjvpvYng9n8RJ16vh4hXJMXiVjzLj4bZDAnzNsmvswQ
-----END PRIVATE KEY-----
`,
  certificate: `-----BEGIN CERTIFICATE-----
MIIBzDCCAXKgAwIBAgIBATAKBggqhkjOPQQDAjBIMR8wHQYDVQQDDBZjYXVkYWwt
dGVzdGtpdC5pbnZhbGlkMSUwIwYDVQQKDBxUZXN0IG9ubHksIHRydXN0ZWQgYnkg
bm9ib2R5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjBIMR8wHQYD
VQQDDBZjYXVkYWwtdGVzdGtpdC5pbnZhbGlkMSUwIwYDVQQKDBxUZXN0IG9ubHks
IHRydXN0ZWQgYnkgbm9ib2R5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqnyv
ODi9LNvIcyNTscXShH/cg1HBU6nSRC2/x4lGCEs476b2J4PZ/ESder4eIVyTF4lY
8y4+G2QwJ8zbJr7MEKNLMEkwGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAwG
A1UdEwQFMAMBAf8wHQYDVR0OBBYEFKpY0+pUKgyoZh3Tw+4FaIvSsNRqMAoGCCqG
SM49BAMCA0gAMEUCIBqNhj0v3BjPGjGx7aPBPcuLNi/1Ht9B+69wKBbxfnn5AiEA
sN/+Q0zE8Gm4OK98i7izJ73nwtWYe1k3ErK1FYj2fQM=
-----END CERTIFICATE-----
`,
} as const;
