//! What the walk over metadata finds, and what it just does not.

use crate::checks::testing::{Scene, fires, silent};

#[test]
fn endpoints_are_reached_over_tls_from_anywhere() {
    let at = |location: &str| Scene::idp_metadata().replace("https://idp.acme.example/sso", location);
    fires("md-endpoint-http", &at("http://idp.acme.example/sso"));
    fires("md-endpoint-http", &at("HTTP://idp.acme.example/sso"));
    silent("md-endpoint-http", &at("https://http.acme.example/sso"));
    fires("md-endpoint-internal", &at("https://10.1.2.3/sso"));
    fires("md-endpoint-internal", &at("https://idp.acme.local:8443/sso"));
    silent("md-endpoint-internal", &at("https://172.32.0.1/sso"));
}
