import { describe, expect, it } from 'vitest';
import { dataHtml, html, trusted } from '../../../../core/publish/report/html.ts';

describe('the html template', () => {
  it('takes the meaning from markup in text and in attributes', () => {
    const name = `<b title="a" id='b'>&amp;`;
    expect(html`<p class="${name}">${name}</p>`.text).toBe(
      '<p class="&lt;b title=&quot;a&quot; id=&#39;b&#39;&gt;&amp;amp;">&lt;b title=&quot;a&quot; id=&#39;b&#39;&gt;&amp;amp;</p>',
    );
  });

  it('does not take an object that merely looks like markup for markup', () => {
    const forged = JSON.parse('{"text":"<script>"}') as string;
    expect(() => html`<p>${forged}</p>`.text).toThrow();
  });

  it('keeps its own markup, joins lists and prints nothing for what is absent', () => {
    expect(
      html`<ul>${[1, 2].map((item) => html`<li>${item}</li>`)}${undefined}${false}${trusted('<hr>')}</ul>`.text,
    ).toBe('<ul><li>1</li><li>2</li><hr></ul>');
  });

  it('shows control and direction characters as their code: they would end the page or turn what stands around them', () => {
    expect(html`${'a\u0000b\u001b[31mc\u202egnp.exe\n'}`.text).toBe('a\\u0000b\\u001b[31mc\\u202egnp.exe\n');
  });

  it('keeps a name that is written from right to left from turning the numbers beside it', () => {
    expect(html`<td title="${'سعادة'}">${'joy'}</td>`.text).toBe('<td title="\u2068سعادة\u2069">joy</td>');
  });
});

describe('data for a script', () => {
  it('arrives as it was, and no text in it ends the block or hides in it', () => {
    const value = { key: '</script><!--', turned: 'a\u202eb', quoted: `"'` };
    const { text } = dataHtml('some', value);
    const [, json] = /^<script type="application\/json" id="some">(.*)<\/script>$/.exec(text)!;
    expect(JSON.parse(json!)).toEqual(value);
    expect(json).not.toMatch(/[<\u202e]/);
  });
});
