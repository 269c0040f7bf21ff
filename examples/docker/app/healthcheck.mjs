// Exit code 0 while the runtime says that it is ready; what it says otherwise is shown by `docker inspect`.
const answer = await fetch(`http://127.0.0.1:${process.env.HTTP_PORT ?? '8350'}/health/ready`, {
  signal: AbortSignal.timeout(4000),
});
if (!answer.ok) {
  console.error(await answer.text());
  process.exitCode = 1;
}
