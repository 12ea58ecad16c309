//! Resources that know which methods they have.

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{HttpResponse, Resource, Route, guard, web};

/// A resource at `path` with a route for each method. HEAD comes with GET; any other method is answered 405 with `Allow`
/// (RFC 9110 §15.5.6).
#[must_use]
pub fn resource<const N: usize>(path: &str, routes: [(Method, Route); N]) -> Resource {
    let mut methods: Vec<String> = routes.iter().map(|(method, _)| method.to_string()).collect();
    if methods.iter().any(|method| method == "GET") {
        methods.push("HEAD".to_owned());
    }
    let allow = methods.join(", ");
    let resource = web::resource(path).default_service(web::to(move || {
        // its body is put in by the server, in the reader's language
        std::future::ready(HttpResponse::MethodNotAllowed().insert_header((ALLOW, allow.clone())).finish())
    }));
    routes.into_iter().fold(resource, |resource, (method, route)| {
        resource.route(if method == Method::GET {
            route.guard(guard::Any(guard::Get()).or(guard::Head()))
        } else {
            route.method(method)
        })
    })
}
