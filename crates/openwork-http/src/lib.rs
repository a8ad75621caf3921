//! OpenWork over HTTP: hyper, authentication, CORS, JSON.
