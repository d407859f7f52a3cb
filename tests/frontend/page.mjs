// Opens a page in headless Chromium and prints what a script in it makes of it: node page.mjs URL SCRIPT SELECTOR
import chromium from "@sparticuz/chromium";
import puppeteer from "puppeteer-core";

const [url, script, selector] = process.argv.slice(2);
const browser = await puppeteer.launch({
  args: chromium.args.filter((one) => !one.startsWith("--disable-web-security")),
  executablePath: await chromium.executablePath(),
  headless: "shell",
});
try {
  const page = await browser.newPage();
  const faults = [];
  page.on("pageerror", (fault) => faults.push(String(fault)));
  page.on("console", (line) => line.type() === "error" && faults.push(line.text()));
  await page.goto(url, { waitUntil: "networkidle0", timeout: 90000 });
  await page.waitForSelector(selector, { timeout: 90000 }).catch((fault) => faults.push(String(fault)));
  console.log(JSON.stringify({ found: await page.evaluate(script), faults }));
} finally {
  await browser.close();
}
