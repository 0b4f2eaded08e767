// Draws the API's description with Swagger UI. Nothing inline, nothing from another host.
const tag = document.currentScript;

SwaggerUIBundle({
  url: tag.dataset.schema,
  dom_id: "#api",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  // With it on, every operation is a link inside a button, which no screen reader tells apart.
  deepLinking: false,
  persistAuthorization: false,
  validatorUrl: null,
  syntaxHighlight: { activated: false },
  requestInterceptor: (request) => {
    // What writes with the session carries the token of the page, as forms do.
    if (!request.loadSpec && request.method && request.method !== "GET") {
      request.headers["X-CSRFToken"] = tag.dataset.csrf;
    }
    return request;
  },
});
