SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#console",
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
  withCredentials: true,
});
